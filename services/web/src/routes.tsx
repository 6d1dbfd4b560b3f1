import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { NotFound, PageError } from "./kit/PageError";
import { ProblemList } from "./problems/ProblemList";
import { Shell } from "./shell/Shell";

interface Context {
  queries: QueryClient;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRouteWithContext<Context>()({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });

const list = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: (search): { status?: string | undefined; q?: string | undefined } => ({ status: text(search.status), q: text(search.q) }),
  component: ProblemList,
});

const newProblem = createRoute({
  getParentRoute: () => root,
  path: "/problems/new",
  validateSearch: (search): { sample?: string | undefined } => ({ sample: text(search.sample) }),
  component: lazyRouteComponent(() => import("./problems/NewProblem"), "NewProblem"),
});

const problem = createRoute({
  getParentRoute: () => root,
  path: "/problems/$id",
  validateSearch: (search): { evidence?: string | undefined; item?: string | undefined; view?: string | undefined } => ({
    evidence: text(search.evidence),
    item: text(search.item),
    view: text(search.view),
  }),
  component: lazyRouteComponent(() => import("./run/ProblemPage"), "ProblemPage"),
});

const run = createRoute({
  getParentRoute: () => problem,
  path: "/",
  component: lazyRouteComponent(() => import("./run/RunPage"), "RunPage"),
});

const frame = createRoute({
  getParentRoute: () => problem,
  path: "frame",
  component: lazyRouteComponent(() => import("./frame/FramePage"), "FramePage"),
});

const tree = createRoute({
  getParentRoute: () => problem,
  path: "tree",
  component: lazyRouteComponent(() => import("./tree/TreePage"), "TreePage"),
});

const priorities = createRoute({
  getParentRoute: () => problem,
  path: "priorities",
  component: lazyRouteComponent(() => import("./priorities/PrioritiesPage"), "PrioritiesPage"),
});

const plan = createRoute({
  getParentRoute: () => problem,
  path: "plan",
  component: lazyRouteComponent(() => import("./plan/PlanPage"), "PlanPage"),
});

const analysis = createRoute({
  getParentRoute: () => problem,
  path: "analysis",
  validateSearch: (search): { strength?: string | undefined; find?: string | undefined } => ({ strength: text(search.strength), find: text(search.find) }),
  component: lazyRouteComponent(() => import("./findings/FindingsPage"), "FindingsPage"),
});

const synthesis = createRoute({
  getParentRoute: () => problem,
  path: "synthesis",
  component: lazyRouteComponent(() => import("./synthesis/SynthesisPage"), "SynthesisPage"),
});

const deck = createRoute({
  getParentRoute: () => problem,
  path: "deck",
  component: lazyRouteComponent(() => import("./deck/DeckPage"), "DeckPage"),
});

const history = createRoute({
  getParentRoute: () => problem,
  path: "history",
  component: lazyRouteComponent(() => import("./history/HistoryPage"), "HistoryPage"),
});

const routeTree = root.addChildren([list, newProblem, problem.addChildren([run, frame, tree, priorities, plan, analysis, synthesis, deck, history])]);

export const makeRouter = (queries: QueryClient) =>
  createRouter({ routeTree, context: { queries }, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
