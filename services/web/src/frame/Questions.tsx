import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Schemas } from "../api/client";
import { Cited } from "../evidence/Cited";
import css from "../kit/Document.module.css";
import page from "../kit/Page.module.css";
import { useWords } from "../words/words";
import { useFrameEdit } from "./useFrameEdit";

type Question = Schemas["ClarifyingQuestion"];
interface Props {
  id: string;
  framed: Schemas["Frame"];
  numbers: Readonly<Record<string, string>>;
  etag: string | null;
  locked: boolean;
}

/** Questions whose answers would change the work, with what is taken until somebody answers. */
export function Questions(props: Props) {
  const { t } = useWords();
  const questions = props.framed.clarifying_questions;
  if (!questions.length) return null;
  const answered = questions.filter((one) => one.answer).length;
  return (
    <section>
      <h2 className="section-title">
        {t("frame.questions")} <span className="meta num">{t("frame.answered", { done: answered, all: questions.length })}</span>
      </h2>
      <ul className={css.list}>
        {questions.map((question) => (
          <li key={question.id}>
            <QuestionCard key={question.answer} question={question} {...props} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function QuestionCard({ question, numbers, id, etag, locked }: Props & { question: Question }) {
  const { t } = useWords();
  const [answer, setAnswer] = useState(question.answer ?? "");
  const { mutate, isPending } = useFrameEdit(id, etag);
  const changed = answer.trim() !== "" && answer.trim() !== question.answer;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate({ answers: { [question.id]: answer.trim() } });
      }}
    >
      <b style={{ fontWeight: 500 }}>
        <Cited text={question.question} numbers={numbers} />
      </b>
      <p className="meta">
        {t("frame.changes")} <Cited text={question.would_change} numbers={numbers} />
      </p>
      <div className={page.actions} style={{ marginTop: 6, flexWrap: "nowrap" }}>
        <TextInput
          aria-label={t("frame.answer")}
          placeholder={t("frame.default", { answer: question.default })}
          value={answer}
          disabled={locked}
          onChange={(event) => setAnswer(event.currentTarget.value)}
          style={{ flex: 1 }}
        />
        <Button type="submit" variant="default" disabled={!changed || locked} loading={isPending}>
          {t("frame.answer")}
        </Button>
      </div>
    </form>
  );
}
