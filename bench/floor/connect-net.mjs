// Connects to three ports of each host through `node:net`, as leanly as it allows: one state per socket, 1,000 in
// flight, 32 starts in a turn of the event loop, no deadline, no error stacks.
import { connect } from "node:net";
import { ask } from "./ask.mjs";

Error.stackTraceLimit = 0;
ask((host, port, end) => {
  const socket = connect({ host, port, autoSelectFamily: false, allowHalfOpen: true });
  socket.on("connect", () => {
    socket.resetAndDestroy();
    end("open");
  });
  socket.on("error", ({ code }) => end(code === "ECONNREFUSED" ? "refused" : code));
});
