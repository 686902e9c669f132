//! What each mode of federation lets in, changed while the node runs.

use super::{
    agreed::{all, drawn, offer, world},
    world::{activity, note},
};
use crate::{
    app::partners::{self, Act},
    base::config::FederationMode,
};

#[tokio::test]
async fn ap045_the_inbox_follows_the_mode_at_once_and_takes_again_what_it_refused() {
    let (world, bolt) = world(FederationMode::Open).await;
    let app = &world.federation.app;
    let (pat, kim) = (world.peer.person("bolt", "pat", 0), world.peer.person("cobalt", "kim", 1));
    let says = |who: &super::peer::Somebody, host: &str, number: u32| {
        let id = world.peer.at(host, &format!("/n/{number}"));
        activity("Create", &world.peer.at(host, &format!("/c/{number}")), &who.uri, note(&id, &who.uri, "hi"))
    };
    let agreement = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &agreement)).await;
    partners::perform(app, "ada", all(&world, &bolt).await.remove(0).id, Act::Approve).await.unwrap();
    // mode, what a partner's activity is answered, what a stranger's is
    for (number, (mode, partner, stranger)) in
        [("open", 202, 202), ("partners", 202, 403), ("off", 405, 405), ("partners", 202, 403), ("default", 202, 202)]
            .into_iter()
            .enumerate()
    {
        app.change_mode(mode).await.unwrap();
        let number = u32::try_from(number).unwrap();
        let answers = (world.deliver(&pat, &says(&pat, "bolt", number)).await, world.deliver(&kim, &says(&kim, "cobalt", number)).await);
        assert_eq!(answers, (partner, stranger), "{mode}");
    }
    // refused means not kept: the same activity is taken when it comes again
    assert_eq!(world.deliver(&pat, &says(&pat, "bolt", 2)).await, 202);
    assert_eq!(world.deliver(&kim, &says(&kim, "cobalt", 1)).await, 202);
}

#[tokio::test]
async fn a_word_overrides_the_setting_and_what_is_public_stays_readable_in_every_mode() {
    let (world, _) = world(FederationMode::Partners).await;
    let app = &world.federation.app;
    let kim = world.peer.person("cobalt", "kim", 1);
    world.person("ada").await;
    for mode in ["open", "partners", "default", "off"] {
        app.change_mode(mode).await.unwrap();
        assert_eq!(world.look(&kim, "/u/ada").await.0, 200, "{mode}");
    }
    assert_eq!(app.shown_mode().await.unwrap()["setting"], "partners");
}
