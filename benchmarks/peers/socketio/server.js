// server.js PORT REDIS_SOCKET: Socket.IO with the Redis adapter, as in the adapter's own guide.
// perMessageDeflate is off, as it is by default.

import { createServer } from "node:http";

import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, path] = process.argv.slice(2);
const publishing = createClient({ socket: { path } });
const listening = publishing.duplicate();
await Promise.all([publishing.connect(), listening.connect()]);

const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publishing, listening),
  transports: ["websocket"],
});
io.on("connection", (socket) => socket.join(socket.handshake.query.topic));
http.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
