//! The program `intermoot`: everything is in the library.

use std::process::ExitCode;

/// Returns memory sooner and is faster under load than the allocator of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    intermoot::cli::main()
}
