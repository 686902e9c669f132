//! Files in backups, and moved from one place to another.

use crate::{
    app::App,
    base::{
        config::{Config, MediaUrl},
        id::MediumId,
        words::media::MediumState,
    },
    features::{
        accounts,
        media::{About, queries},
    },
    server::{
        control::{Act, Answer, backup, moving, perform},
        node,
    },
    store::{files::Name, tables::Medium},
    tests::support::{bucket::Standing, pictures::png},
};
use axum::http::StatusCode;
use std::path::{Path, PathBuf};

fn config(dir: &Path) -> Config {
    let mut config = Config::default();
    config.server.url = "http://acme.localhost:4444".parse().unwrap();
    config.data.dir = dir.to_owned();
    config.media.ffmpeg = String::new();
    config
}

/// A node with an owner and so many pictures that are ready.
async fn with_pictures(config: Config, count: usize) -> (App, Vec<Medium>) {
    let app = node::open(config).await.unwrap();
    node::first_owner(&app).await.unwrap();
    let mut media = Vec::new();
    for nth in 0..count {
        let id = sent(&app, 20 + u32::try_from(nth).unwrap()).await;
        assert!(app.work_on_next().await.unwrap());
        media.push(queries::by_id(&app.store, id).await.unwrap().unwrap());
    }
    (app, media)
}

async fn sent(app: &App, width: u32) -> MediumId {
    let owner = accounts::queries::by_handle(&app.store, "owner", "").await.unwrap().unwrap();
    let mut draft = app.workshop.files.draft().await.unwrap();
    draft.write(&png(width, 10)).await.unwrap();
    app.receive(&owner, draft, None, About::default()).await.unwrap().id
}

fn path(dir: &Path, medium: &Medium, file: &str) -> PathBuf {
    dir.join(Name::new(&medium.folder, file).unwrap().to_string())
}

async fn saved(app: &App, dir: &Path, without_media: bool) -> Answer {
    perform(app, Act::Backup { dir: dir.to_owned(), without_media }).await.unwrap()
}

async fn bytes(app: &App, medium: &Medium, file: &str) -> Option<Vec<u8>> {
    use futures::TryStreamExt;
    let read = app.workshop.files.stored(&medium.folder, file).unwrap().read(None).await.ok()?;
    Some(read.pieces.try_collect::<Vec<_>>().await.unwrap().concat())
}

#[tokio::test]
async fn a_backup_holds_every_file_that_its_database_names_and_a_restored_node_has_them() {
    let root = tempfile::tempdir().unwrap();
    let (app, media) = with_pictures(config(&root.path().join("a")), 4).await;
    let waiting = sent(&app, 99).await;
    let live = app.config.media_dir();
    std::fs::remove_file(path(&live, &media[3], &media[3].file)).unwrap();
    let dir = root.path().join("backup");
    let answer = saved(&app, &dir, false).await;
    let about = &answer.json["media"];
    assert_eq!((about["files"].as_u64(), about["missing"]["count"].as_u64()), (Some(8), Some(1)), "{answer:?}");
    let missing = Name::new(&media[3].folder, &media[3].file).unwrap().to_string();
    assert!(answer.text.contains(&missing) && answer.text.contains("with 8 files"), "{}", answer.text);
    assert!(!dir.join("media/incoming").exists());

    backup::verify(&app.config, Some(&dir)).await.unwrap();
    let one = path(&dir.join("media"), &media[0], &media[0].file);
    let whole = std::fs::read(&one).unwrap();
    std::fs::write(&one, [&whole[..], b"x"].concat()).unwrap();
    let said = backup::verify(&app.config, Some(&dir)).await.unwrap_err().to_string();
    assert!(said.contains(&media[0].folder) && said.contains("is damaged"), "{said}");
    let elsewhere = config(&root.path().join("b"));
    assert!(backup::restore(&elsewhere, &dir).await.is_err(), "nothing of a damaged backup is brought back");
    std::fs::write(&one, whole).unwrap();

    let answer = backup::restore(&elsewhere, &dir).await.unwrap();
    assert_eq!(answer.json["media"], 8);
    let again = node::open(elsewhere).await.unwrap();
    for (nth, medium) in media.iter().enumerate() {
        for file in [&medium.file, &medium.preview] {
            let is_there = nth != 3 || file == &medium.preview;
            let here = bytes(&again, medium, file).await;
            assert!(here.is_some() == is_there && (!is_there || here == bytes(&app, medium, file).await), "{nth} {file}");
        }
    }
    assert!(again.work_on_next().await.unwrap(), "what waited is worked on");
    assert_eq!(queries::by_id(&again.store, waiting).await.unwrap().unwrap().state, MediumState::Ready);
}

#[tokio::test]
async fn where_files_cannot_be_brought_back_the_rest_is_and_they_follow_later() {
    let root = tempfile::tempdir().unwrap();
    let (app, media) = with_pictures(config(&root.path().join("a")), 2).await;
    sent(&app, 99).await;
    let dir = root.path().join("backup");
    saved(&app, &dir, false).await;
    let mut elsewhere = config(&root.path().join("b"));
    let place = root.path().join("files");
    elsewhere.media.url = Some(MediaUrl::Folder(place.clone()));
    std::fs::write(&place, "where a folder is to be").unwrap();
    let said = format!("{:#}", backup::restore(&elsewhere, &dir).await.unwrap_err());
    assert!(
        said.starts_with("all is restored but files that people sent: `intermoot media move --from ") && said.contains("backup/media"),
        "{said}"
    );
    let again = node::open(elsewhere.clone()).await.unwrap();
    let status = perform(&again, Act::RecoverStatus).await.unwrap();
    assert!(status.json["recovering"].is_string(), "it knows that it was restored: {status:?}");
    std::fs::remove_file(&place).unwrap();
    let moved = moving::move_files(&elsewhere, &MediaUrl::Folder(dir.join("media")), false).await.unwrap();
    assert_eq!((&moved.json["copied"], &moved.json["missing"]["count"]), (&5.into(), &0.into()), "{moved:?}");
    assert!(bytes(&again, &media[1], &media[1].file).await.is_some() && again.work_on_next().await.unwrap());
}

#[tokio::test]
async fn a_backup_leaves_files_out_where_that_is_asked_for_and_those_in_a_bucket_and_says_so() {
    let (root, standing) = (tempfile::tempdir().unwrap(), Standing::start().await);
    let (app, _) = with_pictures(config(&root.path().join("a")), 1).await;
    let dir = root.path().join("without");
    let answer = saved(&app, &dir, true).await;
    assert!(answer.text.ends_with("without the files that people sent") && answer.json["media"].is_null(), "{answer:?}");
    assert!(!dir.join("media").exists());
    let answer = backup::restore(&config(&root.path().join("b")), &dir).await.unwrap();
    assert!(answer.text.contains("no files that people sent: the backup holds none"), "{}", answer.text);

    let mut config = config(&root.path().join("c"));
    standing.name_in(&mut config);
    let (app, media) = with_pictures(config, 2).await;
    sent(&app, 99).await;
    let dir = root.path().join("bucket");
    let answer = saved(&app, &dir, false).await;
    assert!(answer.text.contains("s3://acme-moot/files/of at ") && answer.text.contains("backed up by other means"), "{}", answer.text);
    assert_eq!((&answer.json["media"]["files"], &answer.json["media"]["missing"]["count"]), (&1.into(), &0.into()), "what waits alone");
    assert!(!path(&dir.join("media"), &media[0], &media[0].file).exists());
    backup::verify(&app.config, Some(&dir)).await.unwrap();
}

#[tokio::test]
async fn files_move_into_a_bucket_and_back_in_as_many_runs_as_it_takes() {
    let (root, standing) = (tempfile::tempdir().unwrap(), Standing::start().await);
    let here = config(&root.path().join("a"));
    let (app, media) = with_pictures(here.clone(), 5).await;
    sent(&app, 99).await;
    let folder = MediaUrl::Folder(here.media_dir());
    let mut there = here.clone();
    standing.name_in(&mut there);

    standing.break_next(StatusCode::FORBIDDEN, 1);
    let said = moving::move_files(&there, &folder, false).await.unwrap_err().to_string();
    assert!(said.contains("must be allowed") || said.contains("answers with an error"), "{said}");
    // broken off on the way: what was copied is not copied again
    let first = moving::move_files(&there, &folder, false).await.unwrap();
    assert_eq!((&first.json["copied"], &first.json["already_there"], &first.json["removed"]), (&10.into(), &0.into(), &0.into()));
    assert!(first.text.contains("run this again with --remove"), "{}", first.text);
    let lost = standing.keys()[3].clone();
    standing.inside.lock().unwrap().objects.insert(lost, bytes::Bytes::from_static(b"half"));
    let second = moving::move_files(&there, &folder, true).await.unwrap();
    assert_eq!((&second.json["copied"], &second.json["already_there"], &second.json["removed"]), (&1.into(), &9.into(), &10.into()));
    let third = moving::move_files(&there, &folder, true).await.unwrap();
    assert_eq!((&third.json["copied"], &third.json["removed"], &third.json["missing"]["count"]), (&0.into(), &0.into(), &0.into()));

    let again = node::open(there.clone()).await.unwrap();
    for medium in &media {
        assert!(bytes(&again, medium, &medium.file).await.is_some());
    }
    assert!(again.work_on_next().await.unwrap(), "what waited is still worked on");
    assert_eq!(standing.keys().len(), 12);

    let mut back = here.clone();
    back.media = crate::base::config::Media { url: Some(MediaUrl::Folder(root.path().join("new"))), ..there.media.clone() };
    standing.inside.lock().unwrap().objects.retain(|key, _| !key.contains(&media[2].folder));
    let answer = moving::move_files(&back, &there.media_url(), true).await.unwrap();
    assert_eq!((&answer.json["copied"], &answer.json["removed"], &answer.json["missing"]["count"]), (&10.into(), &10.into(), &2.into()));
    assert!(answer.text.contains(&media[2].folder), "what is missing is named: {}", answer.text);
    assert!(standing.keys().is_empty());
    let app = node::open(back).await.unwrap();
    assert!(bytes(&app, &media[0], &media[0].preview).await.is_some());
}

#[tokio::test]
async fn files_do_not_move_to_where_they_are_however_that_is_written() {
    let root = tempfile::tempdir().unwrap();
    let here = config(root.path());
    let (_, media) = with_pictures(here.clone(), 1).await;
    std::os::unix::fs::symlink(here.media_dir(), root.path().join("other")).unwrap();
    for from in [here.media_dir(), root.path().join("./media/../media"), root.path().join("other")] {
        let said = moving::move_files(&here, &MediaUrl::Folder(from), true).await.unwrap_err().to_string();
        assert!(said.contains("that is where they are to come from"), "{said}");
    }
    let said = moving::move_files(&here, &MediaUrl::Folder(root.path().join("nothing")), true).await.unwrap_err().to_string();
    assert!(said.starts_with("there is no folder"), "{said}");
    assert!(path(&here.media_dir(), &media[0], &media[0].file).exists());
}
