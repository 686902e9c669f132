//! QR codes, drawn inside the page: what a phone scans instead of typing (ISO/IEC 18004).

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::{self, Write};

/// Light modules around the code, so that scanners find its edge.
const QUIET_ZONE: i32 = 4;

/// The code of a text as HTML: black on white in light and dark alike, since many scanners read nothing else.
pub(super) struct Qr(QrCode);

impl Qr {
    /// The code of `text`; none where that is too long for one.
    pub(super) fn of(text: &str) -> Option<Self> {
        QrCode::encode_text(text, QrCodeEcc::Medium).ok().map(Self)
    }
}

impl fmt::Display for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.size();
        let mut drawn = String::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let start = x;
                while x < size && self.0.get_module(x, y) {
                    x += 1;
                }
                if x > start {
                    write!(drawn, "M{} {}h{}v1H{}z", start + QUIET_ZONE, y + QUIET_ZONE, x - start, start + QUIET_ZONE)?;
                }
                x += 1;
            }
        }
        let whole = size + 2 * QUIET_ZONE;
        write!(
            f,
            r##"<svg viewBox="0 0 {whole} {whole}" aria-hidden="true" focusable="false" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{whole}v{whole}H0z"/><path fill="#000" d="{drawn}"/></svg>"##
        )
    }
}

/// Digits and letters of ours alone.
impl askama::filters::HtmlSafe for Qr {}

#[cfg(test)]
mod tests {
    use super::Qr;

    /// The modules that the paths of the picture make dark.
    fn dark(svg: &str) -> Vec<(i32, i32)> {
        let drawn = svg.rsplit_once("fill=\"#000\" d=\"").unwrap().1.split('"').next().unwrap();
        let mut found = Vec::new();
        for run in drawn.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (x, y, wide): (i32, i32, i32) = (x.parse().unwrap(), y.parse().unwrap(), rest.split('v').next().unwrap().parse().unwrap());
            found.extend((x..x + wide).map(|x| (x, y)));
        }
        found
    }

    #[test]
    fn what_is_drawn_is_the_code_with_its_quiet_zone() {
        let qr = Qr::of("http://acme.localhost/login").unwrap();
        let (size, drawn) = (qr.0.size(), dark(&qr.to_string()));
        let expected = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| qr.0.get_module(*x, *y));
        assert_eq!(drawn, expected.map(|(x, y)| (x + 4, y + 4)).collect::<Vec<_>>());
        assert!(Qr::of(&"x".repeat(3000)).is_none(), "too long for any");
    }
}
