//! Videos and sounds, by ffmpeg and ffprobe as commands where they are installed.
//!
//! They are told which format to read, reach no network, run beside everything else (`nice`), and are ended when their time
//! is up. What they write holds one picture track and one sound track and no metadata.

use super::{
    Bounds, Made, Shape, picture,
    sniff::{self, Family, Format},
    unfit,
};
use crate::base::{error::Result, sentence::said, words::media::MediumKind};
use anyhow::Context;
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{io::AsyncReadExt, process::Command, time::timeout};

/// Longest time of looking into a file.
const PROBE_TIME: Duration = Duration::from_secs(15);
/// Longest time of making one.
const MAKE_TIME: Duration = Duration::from_secs(300);
/// Most of what a command says that is read.
const SAID_BYTES: u64 = 256 * 1024;
/// Widest video that is made.
const WIDTH_MAX: u32 = 1920;

/// The two commands.
#[derive(Clone, Debug)]
pub struct Tools {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
}

/// What a file says of itself.
#[derive(Clone, Debug, Default)]
struct Told {
    size: Option<(u32, u32)>,
    has_sound: bool,
    /// Its tracks may be taken over as they are.
    is_plain: bool,
    milliseconds: u64,
}

impl Tools {
    /// `ffmpeg` as it is called here, with `ffprobe` beside it; none when either does not run.
    pub async fn find(ffmpeg: &Path) -> Option<Self> {
        let name = ffmpeg.file_name()?.to_str()?.replace("ffmpeg", "ffprobe");
        let tools = Self { ffmpeg: ffmpeg.to_owned(), ffprobe: ffmpeg.with_file_name(name) };
        for tool in [&tools.ffmpeg, &tools.ffprobe] {
            let mut asked = Command::new(tool);
            asked.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
            timeout(PROBE_TIME, asked.status()).await.ok()?.ok().filter(std::process::ExitStatus::success)?;
        }
        Some(tools)
    }

    /// Makes what is kept of the video, sound or moving GIF `raw`, and a picture that stands for it, in `folder`.
    pub async fn make(&self, raw: &Path, folder: &Path, format: &'static Format, bounds: Bounds) -> Result<Made> {
        let told = self.look(raw, format).await?;
        let pixels = told.size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
        if told.milliseconds > bounds.seconds.saturating_mul(1000) {
            return Err(unfit(said!("plays for too long: at most {seconds} seconds are taken", seconds = bounds.seconds)));
        }
        if pixels > bounds.pixels {
            return Err(unfit(said!("is too large: at most {pixels} pixels are taken", pixels = bounds.pixels)));
        }
        match format.family {
            Family::Audio => self.sound(raw, folder, (format, &told), bounds).await,
            Family::Video | Family::Image => self.video(raw, folder, (format, &told), bounds).await,
        }
    }

    async fn sound(&self, raw: &Path, folder: &Path, (format, told): (&Format, &Told), bounds: Bounds) -> Result<Made> {
        if !told.has_sound {
            return Err(unfit(said!("holds no sound")));
        }
        let file = "original.mp3";
        let how = ["-map", "0:a:0", "-vn", "-c:a", "libmp3lame", "-q:a", "2", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"];
        self.run(raw, &folder.join(file), format, (&how, bounds)).await?;
        Ok(Made {
            kind: MediumKind::Audio,
            media_type: "audio/mpeg",
            file: file.to_owned(),
            preview: String::new(),
            size: None,
            preview_size: None,
            blurhash: None,
            milliseconds: Some(told.milliseconds),
        })
    }

    async fn video(&self, raw: &Path, folder: &Path, (format, told): (&Format, &Told), bounds: Bounds) -> Result<Made> {
        if told.size.is_none() {
            return Err(unfit(said!("holds no picture")));
        }
        let file = "original.mp4";
        let scale = format!("scale='trunc(min({WIDTH_MAX},iw)/2)*2':-2");
        let mut how = vec!["-map", "0:v:0", "-map", "0:a:0?"];
        match told.is_plain {
            true => how.extend(["-c", "copy"]),
            false => how.extend([
                "-vf", &scale, "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k",
            ]),
        }
        how.extend(["-movflags", "+faststart", "-f", "mp4"]);
        self.run(raw, &folder.join(file), format, (&how, bounds)).await?;
        let poster = folder.join("poster.png");
        let first = ["-map", "0:v:0", "-frames:v", "1", "-an", "-c:v", "png", "-f", "image2"];
        let made = sniff::by_media_type("video/mp4").context("MP4 is a format")?;
        self.run(&folder.join(file), &poster, made, (&first, bounds)).await?;
        let size = self.look(&folder.join(file), made).await?.size;
        let (preview, preview_size, blurhash) = still(poster, folder.to_owned(), bounds).await?;
        let is_gif = format.family == Family::Image;
        Ok(Made {
            kind: if is_gif { MediumKind::Gifv } else { MediumKind::Video },
            media_type: "video/mp4",
            file: file.to_owned(),
            preview,
            size,
            preview_size,
            blurhash,
            milliseconds: Some(told.milliseconds),
        })
    }

    /// What ffprobe says of a file.
    async fn look(&self, file: &Path, format: &Format) -> Result<Told> {
        let mut probe = Command::new(&self.ffprobe);
        probe.args(["-v", "error", "-protocol_whitelist", "file", "-f", format.demuxer]);
        probe.args(["-print_format", "json", "-show_entries"]);
        probe.arg("format=duration:stream=codec_type,codec_name,width,height,pix_fmt:stream_disposition=attached_pic").arg(file);
        let said = output(&mut probe, PROBE_TIME).await?;
        let said: Value =
            serde_json::from_slice(&said).map_err(|_| unfit(said!("cannot be read: it is damaged, or not what it says it is")))?;
        let empty = Vec::new();
        let streams = said["streams"].as_array().unwrap_or(&empty);
        let of = |kind: &str| streams.iter().find(|stream| stream["codec_type"] == kind && stream["disposition"]["attached_pic"] != 1);
        let (picture, sound) = (of("video"), of("audio"));
        let side = |name: &str| picture.and_then(|stream| stream[name].as_u64()).and_then(|side| u32::try_from(side).ok());
        let seconds = said["format"]["duration"].as_str().and_then(|seconds| seconds.parse::<f64>().ok()).unwrap_or(0.0);
        let is_plain_picture = picture.is_some_and(|stream| stream["codec_name"] == "h264" && stream["pix_fmt"] == "yuv420p");
        Ok(Told {
            size: side("width").zip(side("height")),
            has_sound: sound.is_some(),
            is_plain: is_plain_picture && side("width") <= Some(WIDTH_MAX) && sound.is_none_or(|stream| stream["codec_name"] == "aac"),
            milliseconds: (seconds.clamp(0.0, 1e9) * 1000.0) as u64,
        })
    }

    /// Makes `to` of `from` as `how` says, with no metadata, within bounds.
    async fn run(&self, from: &Path, to: &Path, format: &Format, (how, bounds): (&[&str], Bounds)) -> Result<()> {
        let mut make = Command::new("nice");
        make.args(["-n", "10"]).arg(&self.ffmpeg).args(["-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file"]);
        make.args(["-threads", "1", "-f", format.demuxer, "-i"]).arg(from);
        make.args([
            "-map_metadata",
            "-1",
            "-map_chapters",
            "-1",
            "-sn",
            "-dn",
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
            "-flags:a",
            "+bitexact",
        ]);
        make.args(how).args(["-threads", "1", "-t"]).arg(bounds.seconds.to_string());
        make.arg("-fs").arg(bounds.bytes.to_string()).arg(to);
        output(&mut make, MAKE_TIME).await.map(drop)
    }
}

/// The preview made of the first picture of a video.
async fn still(poster: PathBuf, folder: PathBuf, bounds: Bounds) -> Result<(String, Option<(u32, u32)>, Option<String>)> {
    let work = tokio::task::spawn_blocking(move || {
        let png = sniff::by_media_type("image/png").context("PNG is a format")?;
        let made = picture::make(&poster, &folder, (png, Shape::Attachment), bounds);
        // the picture itself is not needed, nor its like in full size
        let _ = (std::fs::remove_file(&poster), std::fs::remove_file(folder.join("original.png")));
        made.map(|made| (made.preview, made.preview_size, made.blurhash))
    });
    work.await.context("the thread of a preview ended")?
}

/// Runs a command to its end; refused when it fails or takes too long.
async fn output(command: &mut Command, time: Duration) -> Result<Vec<u8>> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().context("ffmpeg cannot be started")?;
    let (mut said, mut wrong) = (Vec::new(), Vec::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let read_out = async { if let Some(out) = out { out.take(SAID_BYTES).read_to_end(&mut said).await.map(drop) } else { Ok(()) } };
        let read_err = async { if let Some(err) = err { err.take(SAID_BYTES).read_to_end(&mut wrong).await.map(drop) } else { Ok(()) } };
        let (out, err) = futures::future::join(read_out, read_err).await;
        out.and(err)?;
        child.wait().await
    };
    match timeout(time, work).await {
        Ok(Ok(status)) if status.success() => Ok(said),
        Ok(Ok(_)) => {
            tracing::debug!(said = %String::from_utf8_lossy(&wrong), "ffmpeg made nothing of a file");
            Err(unfit(said!("cannot be read: it is damaged, or not what it says it is")))
        }
        Ok(Err(error)) => Err(anyhow::Error::from(error).into()),
        Err(_) => Err(unfit(said!("takes too long to be worked on"))),
    }
}
