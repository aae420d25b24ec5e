#!/usr/bin/env node
import module from 'node:module';

// Compiled code is kept from one start to the next where Node can (22.1 and newer).
module.enableCompileCache?.();
const { start } = await import('../dist/main.js');
await start();
