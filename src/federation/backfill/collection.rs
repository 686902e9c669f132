//! One page of a collection elsewhere.
//!
//! A collection may hold its items itself, name its first page or embed it; a page names the next. All of it is on one server,
//! whatever it lists (S69): who follows `next` counts the pages.

use crate::{
    federation::{
        Federation,
        fetch::{self, Failure},
        objects::Fields,
    },
    net::Budget,
};
use serde_json::Value;
use url::Url;

/// What was read.
#[derive(Debug, Default, PartialEq)]
pub struct Page {
    /// Its items, at most a hundred, in their order.
    pub items: Vec<Value>,
    /// What follows it.
    pub next: Option<String>,
}

/// Reads the collection, or the page of one, at `url`.
pub async fn read(federation: &Federation, url: &Url, budget: &Budget) -> Result<Page, Failure> {
    let document = fetch::document(federation, url, budget).await?;
    Ok(page(&document, url)?)
}

fn page(document: &Value, url: &Url) -> Result<Page, crate::base::error::Refusal> {
    let fields = Fields::expect(document, "the collection")?;
    if !matches!(fields.kind(), "Collection" | "OrderedCollection" | "CollectionPage" | "OrderedCollectionPage") {
        return Err(crate::federation::objects::fields::wrong("what is listed there is not a collection"));
    }
    let further = |fields: Fields<'_>, name: &str| fields.further(name, url).map(String::from);
    let items = |fields: Fields<'_>| -> Vec<Value> {
        let name = if fields.value("orderedItems").is_some() { "orderedItems" } else { "items" };
        fields.list(name).cloned().collect()
    };
    let own = items(fields);
    if !own.is_empty() || fields.kind().ends_with("Page") {
        return Ok(Page { items: own, next: further(fields, "next") });
    }
    let first = fields.object("first").filter(|first| first.value("items").is_some() || first.value("orderedItems").is_some());
    Ok(match first {
        Some(first) => Page { items: items(first), next: further(first, "next") },
        None => Page { items: own, next: further(fields, "first") },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(document: Value) -> Page {
        page(&document, &"https://a.test/c".parse().unwrap()).unwrap()
    }

    #[test]
    fn every_form_of_a_collection_is_read() {
        let next = Some("https://a.test/c?page=1".to_owned());
        let named = read(json!({"type": "OrderedCollection", "first": "https://a.test/c?page=1"}));
        assert_eq!(named, Page { items: vec![], next: next.clone() });
        let whole = read(json!({"type": "OrderedCollection", "orderedItems": ["https://a.test/1"]}));
        assert_eq!(whole, Page { items: vec![json!("https://a.test/1")], next: None });
        let embedded =
            json!({"type": "Collection", "first": {"type": "CollectionPage", "items": ["x"], "next": "https://a.test/c?page=1"}});
        assert_eq!(read(embedded), Page { items: vec![json!("x")], next: next.clone() });
        let page = json!({"type": "CollectionPage", "items": {"id": "y"}, "next": "https://a.test/c?page=1"});
        assert_eq!(read(page), Page { items: vec![json!({"id": "y"})], next });
    }

    #[test]
    fn s069_a_page_leads_neither_to_itself_nor_to_another_server() {
        for next in ["https://a.test/c", "https://b.test/c?page=1", "file:///etc/passwd"] {
            assert_eq!(read(json!({"type": "OrderedCollectionPage", "orderedItems": ["x"], "next": next})).next, None, "{next}");
        }
        assert!(page(&json!({"type": "Note", "items": ["x"]}), &"https://a.test/c".parse().unwrap()).is_err());
    }
}
