package dev.anabranch.airflow;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.Wire.Answer;
import dev.anabranch.airflow.model.Dag;
import dev.anabranch.airflow.model.DagRun;
import dev.anabranch.airflow.model.Health;
import dev.anabranch.airflow.model.ImportError;
import dev.anabranch.airflow.model.LogLine;
import dev.anabranch.airflow.model.Page;
import dev.anabranch.airflow.model.RunFilter;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.RunState;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.airflow.model.TaskKey;
import dev.anabranch.airflow.model.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Airflow 3's REST API. Safe for use by many threads; logs in when it first has to, and again when
 * its token is no longer good.
 *
 * <p>Every method throws {@link AirflowException} where Airflow refuses, fails or is not there.
 * Calls that do the same when made twice are repeated while Airflow is away or busy, within {@link
 * AirflowSettings#tries}; {@link #retryFailed}, {@link #clear} and {@link #markFailed} are not.
 */
public final class AirflowClient {

  private static final int PAGE = 100;

  private final Session session;

  public AirflowClient(AirflowSettings settings) {
    session = new Session(settings);
  }

  /** What the parts of Airflow say of themselves; needs no user. */
  public Health health() throws InterruptedException {
    return send(Call.get(Paths.api("/monitor/health")).open(), new TypeReference<>() {});
  }

  /** Airflow's version, as {@code 3.1.8}; needs no user. */
  public String version() throws InterruptedException {
    Call call = Call.get(Paths.api("/version")).open();
    Answer answer = session.send(call);
    JsonNode version = Json.tree(call, answer).path("version");
    return Json.read(call, answer, version, new TypeReference<String>() {});
  }

  /** A DAG that Airflow has parsed; a file that is new takes a while to appear. */
  public Dag dag(String dagId) throws InterruptedException {
    return send(Call.get(Paths.dag(dagId)), new TypeReference<>() {});
  }

  /** Runs that go on are not touched; new ones stay queued. */
  public Dag pause(String dagId) throws InterruptedException {
    return setPaused(dagId, true);
  }

  /**
   * Lets a DAG run. One with a schedule runs its last missed tick at once, even with {@code
   * catchup=False}; with {@code max_active_runs=1} a triggered run waits behind it.
   */
  public Dag unpause(String dagId) throws InterruptedException {
    return setPaused(dagId, false);
  }

  private Dag setPaused(String dagId, boolean isPaused) throws InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("is_paused", isPaused);
    Call call = Call.patch(Paths.dag(dagId), body).query("update_mask=is_paused").repeatable();
    return send(call, new TypeReference<>() {});
  }

  /**
   * Makes a run, or returns the one that has this id already: so it may be asked for again when an
   * answer was lost. In a paused DAG it stays queued. Ids like {@code scheduled__2026-…} are
   * Airflow's own and refused.
   */
  public Trigger.Outcome trigger(Trigger trigger) throws InterruptedException {
    RunKey key = trigger.key();
    ObjectNode body = Json.MAPPER.createObjectNode().put("dag_run_id", key.runId());
    body.putNull("logical_date"); // required, and null is the run's own time
    body.set("conf", Json.MAPPER.valueToTree(trigger.conf()));
    trigger.note().ifPresent(note -> body.put("note", note));
    try {
      Call call = Call.post(Paths.dag(key.dagId()) + "/dagRuns", body).repeatable();
      return new Trigger.Outcome(send(call, new TypeReference<>() {}), true);
    } catch (AirflowException e) {
      if (e.category() != Category.CONFLICT) {
        throw e;
      }
      return new Trigger.Outcome(run(key), false);
    }
  }

  /** A run as it is now. */
  public DagRun run(RunKey run) throws InterruptedException {
    return send(Call.get(Paths.run(run)), new TypeReference<>() {});
  }

  /** Runs of a DAG, the newest first. */
  public Page<DagRun> runs(String dagId, RunFilter filter) throws InterruptedException {
    String states =
        filter.states().stream()
            .map(RunState::text)
            .map(state -> "&state=" + state)
            .collect(Collectors.joining());
    String query = "limit=%d&offset=%d&order_by=-run_after%s";
    Call call =
        Call.get(Paths.dag(dagId) + "/dagRuns")
            .query(query.formatted(filter.limit(), filter.offset(), states));
    return page(call, "dag_runs", new TypeReference<>() {});
  }

  /**
   * Ends a run as failed. Its tasks get a SIGTERM within a heartbeat; what they had others do goes
   * on, unless they see to it.
   */
  public DagRun markFailed(RunKey run) throws InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("state", RunState.FAILED.text());
    return send(
        Call.patch(Paths.run(run), body).query("update_mask=state"), new TypeReference<>() {});
  }

  /** All tasks of a run, mapped ones too. */
  public List<TaskInstance> tasks(RunKey run) throws InterruptedException {
    return all(
        query -> Call.get(Paths.run(run) + "/taskInstances").query(query),
        "task_instances",
        new TypeReference<>() {});
  }

  /**
   * The log of one try, whole and in memory. It fills while the task runs.
   *
   * @param tryNumber from 1
   */
  public List<LogLine> log(TaskKey task, int tryNumber) throws InterruptedException {
    Call call =
        Call.get(Paths.task(task) + "/logs/" + tryNumber)
            .query("full_content=true&map_index=" + task.mapIndex());
    Answer answer = session.send(call);
    JsonNode content = Json.tree(call, answer).path("content");
    return Json.read(call, answer, content, new TypeReference<List<LogLine>>() {});
  }

  /** A value that a task left, {@code return_value} for what it returned. */
  public JsonNode xcom(TaskKey task, String key) throws InterruptedException {
    Call call =
        Call.get(Paths.task(task) + "/xcomEntries/" + Paths.encoded(key))
            .query("deserialize=false&stringify=false&map_index=" + task.mapIndex());
    return Json.tree(call, session.send(call)).path("value");
  }

  /** Runs the failed tasks of a run again, in the same run; returns them. */
  public List<TaskInstance> retryFailed(RunKey run) throws InterruptedException {
    return clear(run, clearing(run).put("only_failed", true));
  }

  /** Runs tasks of a run and all that follow them again, whatever their state; returns them. */
  public List<TaskInstance> clear(RunKey run, List<String> taskIds) throws InterruptedException {
    ObjectNode body = clearing(run).put("only_failed", false).put("include_downstream", true);
    body.set("task_ids", Json.MAPPER.valueToTree(taskIds));
    return clear(run, body);
  }

  private static ObjectNode clearing(RunKey run) {
    return Json.MAPPER
        .createObjectNode()
        .put("dry_run", false) // true unless said otherwise
        .put("dag_run_id", run.runId())
        .put("reset_dag_runs", true);
  }

  private List<TaskInstance> clear(RunKey run, ObjectNode body) throws InterruptedException {
    Call call = Call.post(Paths.dag(run.dagId()) + "/clearTaskInstances", body);
    return page(call, "task_instances", new TypeReference<List<TaskInstance>>() {}).items();
  }

  /** Files that did not parse. */
  public List<ImportError> importErrors() throws InterruptedException {
    return all(
        query -> Call.get(Paths.api("/importErrors")).query(query),
        "import_errors",
        new TypeReference<>() {});
  }

  private <T> T send(Call call, TypeReference<T> type) throws InterruptedException {
    Answer answer = session.send(call);
    return Json.read(call, answer, Json.tree(call, answer), type);
  }

  private <T> Page<T> page(Call call, String field, TypeReference<List<T>> type)
      throws InterruptedException {
    Answer answer = session.send(call);
    JsonNode body = Json.tree(call, answer);
    return new Page<>(
        Json.read(call, answer, body.path(field), type), body.path("total_entries").asLong());
  }

  private <T> List<T> all(Function<String, Call> call, String field, TypeReference<List<T>> type)
      throws InterruptedException {
    List<T> all = new ArrayList<>();
    while (true) {
      Page<T> page =
          page(call.apply("limit=%d&offset=%d".formatted(PAGE, all.size())), field, type);
      all.addAll(page.items());
      if (page.items().isEmpty() || all.size() >= page.total()) {
        return List.copyOf(all);
      }
    }
  }
}
