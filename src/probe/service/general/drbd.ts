import { silentListener } from "../conversation/silent-listener.ts";

/**
 * A DRBD resource's port: connect only (docs/notes/listening.md, docs/notes/probe-safety.md). It listens while the
 * resource waits for its peer; that it is open therefore also says that the two are not connected.
 */
export const askDrbd = silentListener(300, "accepts in silence, as a resource that waits for its peer does");
