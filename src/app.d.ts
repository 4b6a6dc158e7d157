import type { Services } from '$lib/services/services';

declare global {
  namespace App {
    interface PageData {
      services: Services;
    }
  }
}

export {};
