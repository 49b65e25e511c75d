package dev.anabranch.airflow;

import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.TaskKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Paths of the API. Ids of scheduled runs hold {@code :} and {@code +}, so every id is encoded. */
final class Paths {

  private static final String API = "/api/v2";

  private Paths() {}

  static String api(String rest) {
    return API + rest;
  }

  static String dag(String dagId) {
    return API + "/dags/" + encoded(dagId);
  }

  static String run(RunKey run) {
    return dag(run.dagId()) + "/dagRuns/" + encoded(run.runId());
  }

  static String task(TaskKey task) {
    return run(task.run()) + "/taskInstances/" + encoded(task.taskId());
  }

  static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
