// Reference for memory: a `ws` server that keeps its sockets open and sends nothing.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => 'sunbeon.v1' });
sockets.on('connection', (socket) => socket.send('{"type":"state"}'));
server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('listening'));
