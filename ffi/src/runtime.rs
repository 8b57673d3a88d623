//! The core's own small runtime, which goes on whatever becomes of the caller.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::{SumuError, SumuResult};

static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);

/// Returns the runtime; starts it the first time.
pub(crate) fn handle() -> SumuResult<Handle> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = runtime.as_ref() {
        return Ok(runtime.handle().clone());
    }
    let fresh = Builder::new_multi_thread().worker_threads(2).thread_name("sumu").enable_all().build();
    let fresh = fresh.map_err(|error| SumuError::storage("runtime", &error))?;
    let handle = fresh.handle().clone();
    *runtime = Some(fresh);
    Ok(handle)
}

/// Runs work to its end, even if the caller goes away.
pub(crate) async fn run<T: Send + 'static>(
    work: impl Future<Output = SumuResult<T>> + Send + 'static,
) -> SumuResult<T> {
    handle()?.spawn(work).await.map_err(|error| SumuError::storage("runtime", &error))?
}
