import { Socket, type TcpSocketConnectOpts } from "node:net";

/**
 * Sockets whose connection is over, to be connected again. Making a socket of `node:net` costs about as much time as
 * the kernel needs for a connection, and 3 KB; connecting a closed one again is what it is made for
 * (https://nodejs.org/api/net.html#socketconnect).
 */
const idle: Socket[] = [];
/** As many as run at once, by default; more would only be held. */
const mostIdle = 1_024;
/** What is added to a socket by its users, and by `resetAndDestroy` ("finish"). Node's own listeners are for other events. */
const events = ["connect", "error", "close", "finish"] as const;

/** Begins a connection, with a socket that had one before if there is one. */
export function connectSocket(options: TcpSocketConnectOpts): Socket {
  return (idle.pop() ?? new Socket({ allowHalfOpen: true })).connect(options);
}

/**
 * Ends a connection over which nothing was said or read, and keeps its socket for another one once it is closed. Whoever
 * gives it back must not touch it again, or it would end the connection of somebody else.
 */
export function giveBack(socket: Socket): void {
  for (const event of events) socket.removeAllListeners(event);
  socket.on("error", ignore);
  if (socket.closed) return keep(socket);
  socket.on("close", () => keep(socket));
  socket.destroy();
}

function keep(socket: Socket): void {
  for (const event of events) socket.removeAllListeners(event);
  if (idle.length < mostIdle) idle.push(socket);
}

const ignore = (): void => undefined;
