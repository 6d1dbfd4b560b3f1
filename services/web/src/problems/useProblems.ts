import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { answered, api, type Schemas } from "../api/client";
import { connection } from "../api/connection";
import type { ListFilter } from "../api/queries";

export type Listed = Schemas["ProblemListed"];
const RESTING = new Set(["created", "completed", "failed", "cancelled"]);

/** The problems of a filter, page by page; asked for again every two seconds while one of them is worked on. */
export function useProblems(filter: ListFilter) {
  const query = useInfiniteQuery({
    queryKey: ["problems", filter],
    queryFn: ({ pageParam }) =>
      answered(api.GET("/v1/problems", { params: { query: { ...filter, limit: 100, ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some(working)) ? 2000 : 20_000),
  });
  const { dataUpdatedAt, failureCount, isSuccess } = query;
  useEffect(() => {
    if (isSuccess && failureCount === 0) connection.heard(null);
    else if (failureCount > 0) connection.lost(failureCount);
  }, [dataUpdatedAt, failureCount, isSuccess]);
  return {
    problems: query.data?.pages.flatMap((page) => page.items) ?? [],
    more: query.hasNextPage,
    fetchMore: () => {
      if (!query.isFetchingNextPage) void query.fetchNextPage();
    },
    error: query.data ? null : query.error,
    pending: query.isPending,
  };
}

const working = (problem: Listed): boolean => !RESTING.has(problem.status) && !problem.run?.awaited;
