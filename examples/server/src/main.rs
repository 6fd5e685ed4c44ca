//! `provisioning-server FLEET [--listen ADDR] [--db FILE]`
//!
//! Exit status: 1 = the input is wrong (nothing was taken in), 2 = usage or I/O.

use std::process::ExitCode;

use clap::Parser as _;
use provisioning_server::args::Args;
use provisioning_server::run;

fn main() -> ExitCode {
    let args = Args::parse();
    provisioning_server::log::start();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(run::run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.status())
        }
    }
}
