// As connect-net.mjs, with sockets whose connection is over in place of new ones, see src/sockets/reconnect.ts.
import { Socket } from "node:net";
import { ask } from "./ask.mjs";

Error.stackTraceLimit = 0;
const idle = [];
ask((host, port, end) => {
  const socket = idle.pop() ?? new Socket({ allowHalfOpen: true });
  socket.connect({ host, port, autoSelectFamily: false });
  socket.on("connect", () => {
    socket.resetAndDestroy();
    end("open");
  });
  socket.on("error", ({ code }) => end(code === "ECONNREFUSED" ? "refused" : code));
  socket.on("close", () => {
    socket.removeAllListeners();
    idle.push(socket);
  });
});
