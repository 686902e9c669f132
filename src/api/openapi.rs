//! The OpenAPI 3.1 description of every route, made from the table of routes.

use super::routes::{Access, Cost, Route};
use crate::policy::scope::Scope;
use axum::http::Method;
use serde_json::{Map, Value, json};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Paths, Required, ResponseBuilder,
    path::{HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn},
    schema::{ObjectBuilder, Type},
    security::{AuthorizationCode, Flow, OAuth2, Scopes, SecurityRequirement, SecurityScheme},
};

/// The name of the one security scheme.
const SCHEME: &str = "oauth";

/// The description of `table`.
pub(super) fn describe(table: &[Route], origin: &str) -> OpenApi {
    let mut paths = Paths::new();
    for route in table {
        let item = PathItem::new(method(&route.method), operation(route));
        match paths.paths.get_mut(route.path) {
            Some(known) => known.merge_operations(item),
            None => drop(paths.paths.insert(route.path.to_owned(), item)),
        }
    }
    let info = InfoBuilder::new()
        .title("Intermoot")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The routes of this node: Mastodon's client API, OAuth 2, and our own resources."));
    let scopes = Scopes::from_iter(Scope::ALL.iter().map(|scope| (scope.word(), scope.word())));
    let flow = AuthorizationCode::new(format!("{origin}/oauth/authorize"), format!("{origin}/oauth/token"), scopes);
    let components = ComponentsBuilder::new().security_scheme(SCHEME, SecurityScheme::OAuth2(OAuth2::new([Flow::AuthorizationCode(flow)])));
    OpenApiBuilder::new().info(info.build()).paths(paths).components(Some(components.build())).build()
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(route: &Route) -> Operation {
    let mut operation = OperationBuilder::new().summary(Some(route.summary)).operation_id(Some(operation_id(route)));
    for name in route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        let text = ObjectBuilder::new().schema_type(Type::String);
        operation = operation.parameter(
            ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True).schema(Some(text)).build(),
        );
    }
    let answer = |text: &str| ResponseBuilder::new().description(text).build();
    operation = operation.response("200", answer("Done")).response("429", answer("Too many requests; see Retry-After"));
    if route.method != Method::GET || route.path.contains('{') {
        operation = operation
            .response("404", answer("Nothing there that the caller may know of"))
            .response("422", answer("The request is wrong; `details` says where"));
    }
    match route.access {
        Access::Open => operation = operation.security(SecurityRequirement::default()),
        Access::App => operation = operation.security(SecurityRequirement::new(SCHEME, [""; 0])),
        Access::Public(scope) => {
            operation = operation.security(SecurityRequirement::default()).security(SecurityRequirement::new(SCHEME, [scope.word()]));
        }
        Access::User(scope) | Access::Admin(scope) | Access::Moderator(scope) => {
            operation = operation.security(SecurityRequirement::new(SCHEME, [scope.word()]))
        }
    }
    if !matches!(route.access, Access::Open) {
        operation =
            operation.response("401", answer("No valid token")).response("403", answer("The token is not for this, or it is not allowed"));
    }
    let mut operation = operation.build();
    let cost = (route.cost != Cost::Small).then(|| ("x-cost".to_owned(), json!(format!("{:?}", route.cost).to_lowercase())));
    let empty = route.is_empty.then(|| ("x-empty".to_owned(), json!(true)));
    let extra: Map<String, Value> = cost.into_iter().chain(empty).collect();
    if !extra.is_empty() {
        operation.extensions = serde_json::from_value(Value::Object(extra)).ok();
    }
    operation
}

/// A name for code generators: `get_api_v1_accounts_id`.
fn operation_id(route: &Route) -> String {
    let path: String = route.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{}{}", route.method.as_str().to_ascii_lowercase(), path.replace("__", "_").trim_end_matches('_'))
}
