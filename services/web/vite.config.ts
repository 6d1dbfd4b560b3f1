import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    assetsInlineLimit: 0, // the policy allows no data: in scripts, styles and fonts
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
    chunkSizeWarningLimit: 900, // vega is lazy; the first page has a test of its own
  },
  server: { proxy: { "/v1": api, "/healthz": api, "/version": api, "/docs": api, "/static": api } },
});
