// publish.js REDIS_SOCKET TEMPLATE: a publisher for Socket.IO, another process on the same Redis.
// A line on stdin asks for {rate, count, first}.

import { createInterface } from "node:readline";

import { Emitter } from "@socket.io/redis-emitter";
import { createClient } from "redis";

const [path, template] = process.argv.slice(2);
const client = createClient({ socket: { path } });
await client.connect();
const emitter = new Emitter(client);
const frame = JSON.parse(template);

const clock = () => process.hrtime.bigint();
const say = (words) => console.log(JSON.stringify(words));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function publish(number) {
  frame.seq = frame.changes[0].version = number;
  frame.changes[0].value.name = `${number}.${clock()}`;
  emitter.to(frame.topic).emit("update", frame);
}

say({});
for await (const line of createInterface({ input: process.stdin })) {
  const { rate, count, first } = JSON.parse(line);
  const began = clock();
  const elapsed = () => Number(clock() - began) / 1e9;
  for (let i = 0; i < count; i++) {
    while (elapsed() < i / rate) await pause(Math.max(0, (i / rate - elapsed()) * 1000));
    publish(first + i);
  }
  say({ seconds: elapsed() });
}
process.exit(0);
