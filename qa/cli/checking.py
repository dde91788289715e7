"""The command that measures, or fits, the check of a language model's sentences."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.paths import starter_collection
from qa.cli.printing import err, errors_shown, fail, out, progress_bars
from qa.settings import Settings


def check_sentences(
    public: Annotated[Path | None, typer.Option(help="Folder of the public pairs, WiCE and BEGIN.")] = None,
    fit: Annotated[bool, typer.Option("--fit", help="Print the scorer that is fitted to the first half.")] = False,
) -> None:
    """Measure what the check of a language model's sentences lets pass, as tables in Markdown."""
    from qa.evaluation.judging.json_lines import InvalidDataset

    with errors_shown(InvalidDataset):
        from corpus import load_documents
        from qa.evaluation.judging.checked_sentences import PUBLIC, own_pairs, public_pairs, report
        from qa.pipeline.retrieval import load_encoder
        from qa.reader.reading import load_reader
        from qa.writer.support import Judge

        settings = Settings()
        reader = load_reader(settings, err.print).passage_reader
        if not reader:
            fail("without the trained reader no sentence is checked; switch WAYMARK_READER on")
        judge = Judge(reader, load_encoder(settings, err.print))
        documents = {document.id: document for document in load_documents([starter_collection()])}
        pairs = list(own_pairs(documents))
        pairs += [pair for name in PUBLIC if public for pair in public_pairs(public / name)]
        with progress_bars() as progress:
            if fit:
                from qa.training.checks import fit_check

                text = fit_check(pairs, judge, progress)
            else:
                verdicts = []
                for number, pair in enumerate(pairs, start=1):
                    verdicts.append(pair.check(judge))
                    progress("Checking sentences", number, len(pairs))
                text = "\n".join(report(pairs, verdicts))
    out.print(text, markup=False)
