//! Videos, sounds and GIFs by ffmpeg, where it is installed.

use super::{fetch, send, text};
use crate::tests::support::{Place, TestNode, pictures::moving};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::{path::Path, process::Command, time::Duration};
use tokio_util::sync::CancellationToken;

/// A node with ffmpeg; none, and a line that says so, where it is not installed.
async fn with_ffmpeg() -> Option<TestNode> {
    let node = Place::sqlite().node_with("acme", |config| config.limits.enabled = false).await;
    if node.app.tools().await.is_none() {
        eprintln!("not tried: ffmpeg is not installed");
        return None;
    }
    tokio::spawn(crate::server::media::run(node.app.clone(), CancellationToken::new()));
    Some(node)
}

/// What ffmpeg makes of its own test pictures and tones, with a place in its metadata.
fn made(folder: &Path, name: &str, how: &[&str]) -> Vec<u8> {
    let path = folder.join(name);
    let mut make = Command::new("ffmpeg");
    make.args(["-v", "error", "-f", "lavfi", "-i", "testsrc=duration=1:size=64x48:rate=5", "-f", "lavfi", "-i", "sine=duration=1"]);
    make.args(["-metadata", "comment=N 52 31 12 E 13 24 18", "-metadata", "location=+52.52+013.40/"]).args(how).arg(&path);
    assert!(make.status().unwrap().success());
    std::fs::read(path).unwrap()
}

async fn ready(person: &crate::tests::support::Person, bytes: &[u8]) -> (StatusCode, Value) {
    let mut answer = send(person, bytes, &[]).await;
    while [StatusCode::ACCEPTED, StatusCode::PARTIAL_CONTENT].contains(&answer.status()) {
        let medium: Value = answer.json().await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        answer = person.ask(Method::GET, &format!("/api/v1/media/{}", medium["id"].as_str().unwrap())).send().await.unwrap();
    }
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn s086_videos_and_sounds_are_made_anew_without_their_metadata() {
    let Some(node) = with_ffmpeg().await else { return };
    let (ada, folder) = (node.person("ada").await, tempfile::tempdir().unwrap());
    for (name, how, kind, media_type) in [
        ("a.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"][..], "video", "video/mp4"),
        ("a.webm", &["-c:v", "libvpx", "-c:a", "libvorbis"], "video", "video/mp4"),
        ("a.mov", &["-c:v", "mjpeg", "-an"], "video", "video/mp4"),
        ("a.mp3", &["-map", "1:a"], "audio", "audio/mpeg"),
        ("a.ogg", &["-map", "1:a", "-c:a", "libvorbis"], "audio", "audio/mpeg"),
        ("a.wav", &["-map", "1:a"], "audio", "audio/mpeg"),
        ("a.flac", &["-map", "1:a"], "audio", "audio/mpeg"),
    ] {
        let (status, medium) = ready(&ada, &made(folder.path(), name, how)).await;
        assert_eq!((status, medium["type"].as_str()), (StatusCode::OK, Some(kind)), "{name}: {medium}");
        let seconds = medium["meta"]["original"]["duration"].as_f64().unwrap();
        assert!((0.9..1.3).contains(&seconds), "{name}: {medium}");
        let answer = fetch(&node, &medium["url"]).await;
        assert_eq!((answer.status(), text(&answer, "content-type")), (StatusCode::OK, media_type), "{name}");
        let bytes = answer.bytes().await.unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"N 52 31 " || window == b"+52.52+0"), "{name} tells where it was made");
        if kind == "video" {
            assert_eq!((&medium["meta"]["original"]["width"], medium["blurhash"].is_string()), (&serde_json::json!(64), true));
            let poster = fetch(&node, &medium["preview_url"]).await;
            assert_eq!(text(&poster, "content-type"), "image/jpeg");
            assert_eq!(image::load_from_memory(&poster.bytes().await.unwrap()).unwrap().width(), 64);
        }
    }
    let (status, medium) = ready(&ada, &moving(32, 24, 6)).await;
    assert_eq!((status, medium["type"].as_str()), (StatusCode::OK, Some("gifv")), "{medium}");
}

#[tokio::test]
async fn s077_a_video_that_is_damaged_too_long_or_a_list_of_other_files_is_refused() {
    let Some(node) = with_ffmpeg().await else { return };
    let (ada, folder) = (node.person("ada").await, tempfile::tempdir().unwrap());
    let whole = made(folder.path(), "a.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"]);
    let long = made(folder.path(), "long.mp3", &["-map", "1:a", "-af", "apad=whole_dur=700"]);
    for (what, bytes) in [("half", whole[..whole.len() / 2].to_vec()), ("a head", whole[..40].to_vec()), ("eleven minutes", long)] {
        let (status, said) = ready(&ada, &bytes).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {said}");
    }
    for list in ["#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "ffconcat version 1.0\nfile /etc/passwd\n"] {
        assert_eq!(send(&ada, list.as_bytes(), &[]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
