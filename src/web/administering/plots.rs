//! Plots of a day, drawn here as SVG: lines over the minutes, and beside each a table by the hour for whoever does not see them.
//!
//! Nothing in a drawing comes from anybody but us: numbers and our own words. Colours come from the stylesheet's classes.

use super::super::{entries::Moment, pages::Frame};
use crate::{
    app::samples::{MINUTES, Minute},
    base::clock::Stamp,
};
use std::fmt::{self, Write};

/// The sheet on which is drawn; the picture scales.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 160.0;
/// Room for numbers at the start and times below.
const LEFT: f64 = 48.0;
const BELOW: f64 = 20.0;
/// Points of a line: more could not be told apart.
const POINTS: usize = 288;
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// One line of a plot.
pub(super) struct Series {
    pub(super) label: String,
    /// For each minute, oldest first.
    pub(super) values: Vec<u64>,
}

/// How minutes become one: added up, or the most of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Together {
    Sum,
    Most,
}

/// A drawing as HTML.
pub(super) struct Drawing(String);

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Labels in it are escaped; the rest is ours.
impl askama::filters::HtmlSafe for Drawing {}

/// A plot with its table.
pub(super) struct Plot {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) drawing: Drawing,
    pub(super) labels: Vec<String>,
    /// By the hour, the latest first.
    pub(super) hours: Vec<(Moment, Vec<String>)>,
}

/// The plot of `series` over `minutes`.
pub(super) fn plot(frame: &Frame, (title, note): (&str, &str), minutes: &[Minute], (series, how): (Vec<Series>, Together)) -> Plot {
    let ends: Vec<Stamp> = minutes.iter().map(|minute| minute.at).collect();
    Plot {
        drawing: Drawing(draw(frame, title, &ends, (&series, how))),
        title: title.to_owned(),
        note: note.to_owned(),
        hours: hours(frame, &ends, (&series, how)),
        labels: series.into_iter().map(|one| one.label).collect(),
    }
}

fn together(values: &[u64], how: Together) -> u64 {
    match how {
        Together::Sum => values.iter().sum(),
        Together::Most => values.iter().copied().max().unwrap_or_default(),
    }
}

/// By the hour of the day, the latest first.
fn hours(frame: &Frame, ends: &[Stamp], (series, how): (&[Series], Together)) -> Vec<(Moment, Vec<String>)> {
    // a minute that ends on the hour belongs to the hour before
    let hour = |end: &Stamp| (end.0 - 1).div_euclid(HOUR);
    let mut rows = Vec::new();
    let mut at = 0;
    while let Some(first) = ends.get(at) {
        let until = ends.iter().skip(at).take_while(|end| hour(end) == hour(first)).count() + at;
        let of = |one: &Series| frame.number(together(one.values.get(at..until).unwrap_or_default(), how));
        rows.push((Stamp(hour(first) * HOUR).into(), series.iter().map(of).collect()));
        at = until;
    }
    rows.reverse();
    rows
}

/// The next round number: 1, 2 or 5 with zeros.
fn round_up(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [1, 2, 5] {
            if unit.saturating_mul(step) >= most {
                return unit.saturating_mul(step);
            }
        }
        match unit.checked_mul(10) {
            Some(next) => unit = next,
            None => return most,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "places in a picture of 640 points")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64).min(1.0) }
}

fn draw(frame: &Frame, title: &str, ends: &[Stamp], (series, how): (&[Series], Together)) -> String {
    let drawn: Vec<Vec<(usize, u64)>> = series.iter().map(|one| thinned(&one.values, how)).collect();
    let most = round_up(drawn.iter().flatten().map(|(_, value)| *value).max().unwrap_or_default().max(1));
    let mut svg = format!(r#"<svg class="plot" viewBox="0 0 {WIDTH} {}" role="img" aria-label="{}">"#, HEIGHT + BELOW, escaped(title));
    for (nth, value) in [0, most / 2, most].into_iter().enumerate() {
        let y = (1.0 - share(value, most)).mul_add(HEIGHT - 16.0, 8.0);
        if nth == 1 && most < 2 {
            continue;
        }
        let shown = frame.number(i64::try_from(value).unwrap_or(i64::MAX));
        // writing to a String cannot fail
        let _ = write!(
            svg,
            r#"<path class="grid" d="M{LEFT} {y:.1}H{WIDTH}"/><text x="{:.0}" y="{:.1}" text-anchor="end">{shown}</text>"#,
            LEFT - 6.0,
            y + 4.0
        );
    }
    for (nth, line) in drawn.iter().enumerate() {
        let mut path = String::new();
        for (at, value) in line {
            let x = share(at_least(*at), at_least(MINUTES - 1)).mul_add(WIDTH - LEFT, LEFT);
            let y = (1.0 - share(*value, most)).mul_add(HEIGHT - 16.0, 8.0);
            let _ = write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { "M" } else { "L" });
        }
        // a line of one point is drawn as a dot
        let (dot, end) = if line.len() == 1 { (" dot", "h0") } else { ("", "") };
        let _ = write!(svg, r#"<path class="line line{}{dot}" d="{path}{end}"/>"#, nth % 6);
    }
    times(&mut svg, ends);
    svg.push_str("</svg>");
    svg
}

fn at_least(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

/// Few points of many minutes, each with its place among a day's minutes: the latest minute stands at the end.
fn thinned(values: &[u64], how: Together) -> Vec<(usize, u64)> {
    let step = MINUTES.div_ceil(POINTS);
    let before = MINUTES.saturating_sub(values.len());
    let point = |(nth, some): (usize, &[u64])| (before + nth * step + some.len().saturating_sub(1), together(some, how));
    values.chunks(step).enumerate().map(point).collect()
}

/// The hours below, every sixth.
fn times(svg: &mut String, ends: &[Stamp]) {
    let Some(last) = ends.last() else { return };
    for hours in [24, 18, 12, 6, 0] {
        let at = last.0 - hours * HOUR;
        let x = share(u64::try_from(24 - hours).unwrap_or_default(), 24).mul_add(WIDTH - LEFT, LEFT);
        let anchor = match hours {
            24 => "start",
            0 => "end",
            _ => "middle",
        };
        let shown = Stamp(at).utc().format("%H:%M");
        let _ = write!(svg, r#"<text x="{x:.0}" y="{:.0}" text-anchor="{anchor}">{shown}</text>"#, HEIGHT + BELOW - 4.0);
    }
}

fn escaped(text: &str) -> String {
    crate::base::text::html::escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_side_are_round() {
        for (most, round) in [(1, 1), (3, 5), (6, 10), (11, 20), (99, 100), (501, 1000)] {
            assert_eq!(round_up(most), round);
        }
        assert!(round_up(u64::MAX) >= 1);
    }

    #[test]
    fn s082_a_drawing_is_well_formed_and_holds_no_style_and_no_script_whatever_it_is_called() {
        let minutes: Vec<Minute> =
            (0..90).map(|nth| Minute { at: Stamp(nth * 60_000), delivered: nth as u64, ..Minute::default() }).collect();
        let series = vec![Series { label: "a".into(), values: minutes.iter().map(|minute| minute.delivered).collect() }];
        let plot = plot(&Frame::default(), ("\"><script>&", ""), &minutes, (series, Together::Sum));
        let svg = plot.drawing.to_string();
        assert!(!svg.contains("<script") && !svg.contains("style=") && svg.ends_with("</svg>"), "{svg}");
        let last = Frame::default().number((61..90).sum::<i64>());
        assert_eq!((plot.hours.len(), &plot.hours[0].1[0]), (3, &last));
    }

    #[test]
    fn the_first_minutes_are_seen_as_a_dot() {
        let ends = [Stamp(0), Stamp(60_000)];
        let line = |values| vec![Series { label: "a".into(), values }];
        let drawn = |values| draw(&Frame::default(), "a", &ends, (&line(values), Together::Sum));
        assert!(drawn(vec![3, 4]).contains(" dot\"") && !drawn(vec![1; 11]).contains("dot"), "{}", drawn(vec![3, 4]));
    }
}
