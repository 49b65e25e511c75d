package dev.anabranch.airflow.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test class where no Airflow is installed; {@code ./anabranch test} says so as well. */
public final class NeedsAirflow implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try {
      Path venv = Venv.folder();
      return Files.isExecutable(venv.resolve("bin/airflow"))
          ? ConditionEvaluationResult.enabled("Airflow is in " + venv)
          : ConditionEvaluationResult.disabled(
              "No Airflow in %s: run orchestration/airflow/prepare, or give -D%s=FOLDER"
                  .formatted(venv, Venv.OVERRIDE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
