// The program without a page: kept on the device, it draws whatever address it is shown at.
export const ssr = false;
