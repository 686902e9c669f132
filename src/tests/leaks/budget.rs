//! What anybody may cause without saying who they are (S74): on every surface a bounded number of statements and bytes, and
//! no request to anybody else (see also `s025_s074` in the federation door).

use super::{surfaces, world::World};
use crate::{
    api::{
        self,
        routes::{Access, Cost},
    },
    store::sql::counted,
    tests::support::{Place, on_both_databases},
};
use reqwest::{Method, StatusCode};

/// Most statements of one answer.
const STATEMENTS_MAX: u32 = 40;
/// Most bytes of one answer.
const BYTES_MAX: usize = 512 * 1024;
/// Addresses that are asked for on each surface.
const TARGETS: usize = 6;

#[tokio::test]
async fn s074_a_strangers_question_costs_a_bounded_number_of_statements_and_bytes() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let stranger = world.viewers.iter().find(|viewer| viewer.name == "anonymous").unwrap();
        let mut asked = 0;
        for surface in surfaces::all(&world) {
            for target in surfaces::targets(&world, &surface).into_iter().take(TARGETS) {
                let (answer, statements) = counted(world.ask("GET", &target, (stranger, surface.accept()), None)).await;
                assert!(statements <= STATEMENTS_MAX, "{} took {statements} statements", surface.key());
                assert!(answer.body.len() <= BYTES_MAX, "{} has {} bytes", surface.key(), answer.body.len());
                assert!(!answer.status.is_server_error(), "{} answers {}", surface.key(), answer.status);
                asked += 1;
            }
        }
        assert!(asked > 300, "{asked}");
    })
    .await;
}

/// Whoever makes a dear route open to strangers, or one that tries credentials, has to write it down here.
#[test]
fn s074_what_is_dear_and_open_is_known() {
    let routes = api::routes();
    let open = |cost| {
        let such = routes.table().iter().filter(move |route| route.cost == cost);
        let such = such.filter(|route| matches!(route.access, Access::Open | Access::Public(_)));
        such.map(|route| format!("{} {}", route.method, route.path)).collect::<Vec<_>>()
    };
    // strangers search people and tags alone, on connections of their own, and are told only what is known here; how tags and
    // links were used is counted there too, over a bounded number of rows, and trends are remembered
    let known = [
        "GET /api/v1/tags/{tag}",
        "GET /api/v1/trends",
        "GET /api/v1/trends/tags",
        "GET /api/v1/trends/links",
        "GET /api/v1/trends/statuses",
        "GET /api/v2/search",
        "GET /api/intermoot/v1/communities/lookup",
    ];
    assert_eq!(open(Cost::Large), known);
    let mut credentials = open(Cost::Credential);
    credentials.sort();
    assert_eq!(credentials, ["POST /api/v1/apps", "POST /oauth/revoke", "POST /oauth/token"]);
}

#[tokio::test]
async fn s074_strangers_of_one_address_have_one_quota_for_every_route() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.anonymous_requests = "12/1h".parse().unwrap()).await;
    let ada = node.person("ada").await;
    let mut statuses = Vec::new();
    for route in api::routes().table().iter().filter(|route| route.method == Method::GET).take(20) {
        let path: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        let answer = node.get(&path.join("/")).send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
        }
        statuses.push(answer.status());
    }
    assert!(statuses[..12].iter().all(|status| *status != StatusCode::TOO_MANY_REQUESTS));
    assert!(statuses[12..].iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    ada.get("/api/v1/accounts/verify_credentials").await;
}
