import "@mantine/core/styles.css";
import "./theme/tokens.css";
import "./theme/parts.css";

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ApiError } from "./api/client";
import { Toasts } from "./kit/Toasts";
import { makeRouter } from "./routes";
import { theme, variables } from "./theme/theme";
import { WordsProvider } from "./words/words";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (tries, error) => tries < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});
const schemes = localStorageColorSchemeManager({ key: "sevensteps.theme" });
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";
const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <WordsProvider>
          <Toasts />
          <RouterProvider router={makeRouter(queries)} />
        </WordsProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
