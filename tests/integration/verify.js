// verify.js: what a receiver has logged, as it comes in, against the library standardwebhooks: verify.js FOLDER SECRET <LOG.
// Prints how many requests were signed, and how many were not, when the input ends.
const path = require('path');
const readline = require('readline');
const { Webhook } = require(path.join(process.argv[2], 'node_modules', 'standardwebhooks'));

const webhook = new Webhook(process.argv[3]);
let good = 0;
let bad = 0;
readline.createInterface({ input: process.stdin })
    .on('line', (line) => {
        const request = JSON.parse(line);
        try {
            webhook.verify(request.body, {
                'webhook-id': request.id, 'webhook-timestamp': request.timestamp, 'webhook-signature': request.signature,
            });
            good += 1;
        } catch (fault) {
            bad += 1;
        }
    })
    .on('close', () => console.log(`${good} good, ${bad} bad`));
