// Live telegrams, read by npm's dsmr-parser: one line of JSON for each, until the time is over.
// usage: node dsmr.js FOLDER_OF_MODULES SECONDS PORT|PATH
'use strict';
const path = require('path');
const net = require('net');
const fs = require('fs');
const [folder, seconds, source] = process.argv.slice(2);
const parser = require(path.resolve(folder, 'node_modules', 'dsmr-parser'));

let text = '';

function take(chunk) {
  text += chunk.toString('latin1');
  for (;;) {
    const begin = text.indexOf('/');
    const end = /![0-9A-F]{4}\r\n/.exec(text.slice(begin));
    if (begin < 0 || !end) {
      return;
    }
    const size = begin + end.index + end[0].length;
    const telegram = parser.parse(text.slice(begin, size));
    text = text.slice(size);
    console.log(JSON.stringify({valid: telegram.objects !== undefined, ...telegram.objects}));
  }
}

if (/^\d+$/.test(source)) {
  const socket = net.connect(Number(source), '127.0.0.1');
  socket.on('data', take);
} else {
  const tty = require('tty');
  const listen = () => {
    const stream = new tty.ReadStream(fs.openSync(source, fs.constants.O_RDWR | fs.constants.O_NOCTTY));
    stream.setRawMode(true); // whoever had it before may have left it so that nothing to read is its end
    stream.on('data', take).on('end', () => setTimeout(listen, 10));
  };
  listen();
}
setTimeout(() => process.exit(0), Number(seconds) * 1000);
