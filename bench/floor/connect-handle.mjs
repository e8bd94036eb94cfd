// The same through the handle below `node:net`. Node does not support that: `process.binding` is deprecated (DEP0111) and
// the handle may change in any release. It shows what the streams around it cost.
import { ask } from "./ask.mjs";

const { TCP, TCPConnectWrap, constants } = process.binding("tcp_wrap");
ask((host, port, end) => {
  const handle = new TCP(constants.SOCKET);
  const request = new TCPConnectWrap();
  request.oncomplete = (status) => {
    if (status === 0) handle.reset(() => undefined);
    else handle.close();
    end(status === 0 ? "open" : status === -111 ? "refused" : String(status)); // ECONNREFUSED
  };
  handle.connect(request, host, port);
});
