//! The table that comes out.

/// Rows of what was measured.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<[String; 3]>,
}

impl Table {
    /// Adds a row: what, the figure with its unit, and its ratio to a ceiling of this run.
    pub fn row(&mut self, what: &str, figure: &str, ratio: &str) {
        eprintln!("{what}: {figure} {ratio}");
        self.rows.push([what, figure, ratio].map(str::to_owned));
    }

    /// Prints it all as Markdown on standard output.
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    pub fn print(&self, heading: &str) {
        println!("{heading}\n");
        println!("| what | measured | beside this machine's ceiling |\n|---|---|---|");
        for [what, figure, ratio] in &self.rows {
            println!("| {what} | {figure} | {ratio} |");
        }
    }
}

/// The value below which `share` (0 to 1) of the samples lie; sorts them. `NaN` when there are none.
pub fn percentile(samples: &mut [f64], share: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().saturating_sub(1);
    let at = (last as f64 * share).ceil() as usize;
    samples.get(at.min(last)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_of_a_hundred_numbers() {
        let mut numbers: Vec<f64> = (1..=101).rev().map(f64::from).collect();
        assert!((percentile(&mut numbers, 0.5) - 51.0).abs() < f64::EPSILON);
        assert!((percentile(&mut numbers, 0.99) - 100.0).abs() < f64::EPSILON);
        assert!(percentile(&mut [], 0.5).is_nan());
    }
}
