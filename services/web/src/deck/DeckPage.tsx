import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";

import { answered, api } from "../api/client";
import { deck, deliverables, slidePicture } from "../api/queries";
import { Cited } from "../evidence/Cited";
import doc from "../kit/Document.module.css";
import { Icon } from "../kit/Icon";
import { Loading } from "../kit/Loading";
import { NotYet } from "../kit/NotYet";
import { useProblem } from "../run/useProblem";
import { useWords } from "../words/words";
import css from "./Deck.module.css";
import { Downloads } from "./Downloads";

/** The deck as its titles tell it, its files, and the check that every number in them still comes out the same. */
export function DeckPage() {
  const { t } = useWords();
  const { id } = useProblem();
  const { data, isPending } = useQuery(deck(id));
  const files = useQuery(deliverables(id)).data?.filter((file) => file.status === "ready") ?? [];
  if (isPending) return <Loading />;
  if (!data) return <NotYet step="present" />;
  const { decision, numbers, version } = data.data;
  return (
    <div className={doc.page}>
      <div className={doc.main}>
        <section aria-labelledby="files">
          <h2 className="section-title" id="files">
            {t("deck.files")} <span className="meta">{t("deck.opened")}</span>
          </h2>
          <Downloads files={files} />
        </section>
        <section aria-labelledby="story">
          <h2 className="section-title" id="story">
            {t("deck.story")} <span className="meta num">{t("deck.slides", { n: decision.slides.length, version })}</span>
          </h2>
          <ol className={css.slides}>
            {decision.slides.map((slide, index) => (
              <li key={index}>
                <span className={css.place}>{index + 1}</span>
                <div>
                  <img
                    className={css.picture}
                    src={slidePicture(id, index + 1, version)}
                    alt={t("deck.picture", { n: index + 1 })}
                    width={1280}
                    height={720}
                    loading="lazy"
                  />
                  <p className={css.claim}>
                    <Cited text={slide.title} numbers={numbers} />
                  </p>
                  {slide.source && (
                    <p className="meta">
                      <Cited text={slide.source} numbers={numbers} />
                    </p>
                  )}
                  {slide.notes && (
                    <details>
                      <summary>{t("deck.notes")}</summary>
                      <p className={doc.text}>
                        <Cited text={slide.notes} numbers={numbers} />
                      </p>
                    </details>
                  )}
                </div>
                <span className="meta">{slide.kind.replaceAll("_", " ")}</span>
              </li>
            ))}
          </ol>
        </section>
      </div>
      <section className={doc.side} aria-label={t("deck.checks")}>
        <Verify id={id} />
      </section>
    </div>
  );
}

function Verify({ id }: { id: string }) {
  const { t } = useWords();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => answered(api.POST("/v1/problems/{problem_id}/verify", { params: { path: { problem_id: id } } })),
  });
  return (
    <section>
      <h2 className="section-title">{t("deck.checks")}</h2>
      <p className={doc.text}>{t("deck.verify.text")}</p>
      <div style={{ margin: "12px 0" }}>
        <Button variant="default" loading={isPending} leftSection={<Icon name="refresh" />} onClick={() => mutate()}>
          {t("deck.verify")}
        </Button>
      </div>
      <div role="status">
        {data && (
          <p className={css.verdict} data-holds={data.holds}>
            <Icon name={data.holds ? "circle-check" : "alert-triangle"} />
            {data.holds
              ? t("deck.holds", { n: data.verification.entries, files: data.verification.files.length })
              : t("deck.differs", { n: data.verification.differing.length })}
          </p>
        )}
        {error?.message}
      </div>
    </section>
  );
}
