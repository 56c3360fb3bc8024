// FIRMWARE=./firmware node start.js
import { buildApp } from './app.js';

const { DATABASE = 'loadstep.db', FIRMWARE = 'firmware', TFTP_PORT = '69', PORT = '3000' } = process.env;
const app = await buildApp({ database: DATABASE, firmware: FIRMWARE, tftp: { port: Number(TFTP_PORT) } });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void app.close());
console.log(await app.listen({ port: Number(PORT) }));
