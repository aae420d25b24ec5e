/** Where things are in an image of aieng's, and how its service is asked: what image and targets agree on. */
export const servicePort = 8080;
export const bundleFolder = '/opt/bundle';
/** Where a second bundle is mounted. */
export const secondFolder = '/opt/second';
/** The only place that is written to: prediction logs. */
export const dataFolder = '/var/lib/aieng';
/** The image's user; one number that no host has an account for. */
export const imageUser = 10_001;

export const logFolderOf = (deployment: string): string => `${dataFolder}/logs/${deployment}`;

/** A program for the image's Node that ends with 0 when the service is ready. No quote or dollar: it passes through shells and YAML. */
export const readyScript = `fetch(\`http://127.0.0.1:${servicePort}/health/ready\`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))`;
