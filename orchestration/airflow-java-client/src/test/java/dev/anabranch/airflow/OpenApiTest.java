package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.airflow.model.Dag;
import dev.anabranch.airflow.model.DagRun;
import dev.anabranch.airflow.model.Health;
import dev.anabranch.airflow.model.ImportError;
import dev.anabranch.airflow.model.RunFilter;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.RunState;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.airflow.model.TaskState;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.airflow.server.NeedsAirflow;
import dev.anabranch.airflow.server.OpenApi;
import dev.anabranch.airflow.server.ScriptedServer;
import dev.anabranch.airflow.server.ScriptedServer.Request;
import dev.anabranch.airflow.server.Venv;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The client against the OpenAPI document of the installed Airflow: it asks nothing else. */
@ExtendWith(NeedsAirflow.class)
class OpenApiTest {

  private static final RunKey RUN = new RunKey("dag", "run");

  private OpenApi document;
  private ScriptedServer server;
  private AirflowClient client;

  @BeforeEach
  void start() throws IOException {
    document = OpenApi.read(Venv.folder());
    server = ScriptedServer.start();
    client = Samples.client(server.url());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Every call of the client once, as it leaves. */
  private List<Request> requests() throws Exception {
    server.usually(
        """
        {"metadatabase":{},"scheduler":{},"version":"3","content":[],"value":1,"dag_runs":[],
         "import_errors":[],"task_instances":[],"total_entries":0,
         "dag_id":"d","dag_run_id":"r","state":"queued","run_type":"manual"}""");
    client.health();
    client.version();
    client.dag("dag");
    client.pause("dag");
    client.unpause("dag");
    client.trigger(new Trigger(RUN, Map.of("a", 1), Optional.of("note")));
    client.run(RUN);
    client.runs("dag", new RunFilter(Set.of(RunState.FAILED), 10, 0));
    client.markFailed(RUN);
    client.tasks(RUN);
    client.log(RUN.task("task"), 1);
    client.xcom(RUN.task("task"), "return_value");
    client.retryFailed(RUN);
    client.clear(RUN, List.of("task"));
    client.importErrors();
    return server.requests();
  }

  @Test
  void everyRequestIsDocumentedWithItsParametersAndTheFieldsOfItsBody() throws Exception {
    List<Request> requests = requests();
    long calls =
        Arrays.stream(AirflowClient.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .count();
    assertThat(requests).hasSize((int) calls);
    for (Request request : requests) {
      JsonNode operation = document.operation(request.method(), request.uri().getPath());
      assertThat(document.queryParameters(operation))
          .containsAll(OpenApi.parameters(request.uri()));
      if (!request.body().isEmpty()) {
        JsonNode body = Json.MAPPER.readTree(request.body());
        JsonNode schema = document.bodySchema(operation);
        assertThat(OpenApi.fields(schema.path("properties"))).containsAll(OpenApi.fields(body));
        schema.path("required").forEach(field -> assertThat(body.has(field.asText())).isTrue());
      }
    }
  }

  static Stream<Arguments> records() {
    return Stream.of(
        Arguments.of("DAGResponse", Dag.class),
        Arguments.of("DAGRunResponse", DagRun.class),
        Arguments.of("TaskInstanceResponse", TaskInstance.class),
        Arguments.of("ImportErrorResponse", ImportError.class),
        Arguments.of("HealthInfoResponse", Health.class),
        Arguments.of("SchedulerInfoResponse", Health.Part.class));
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyFieldThatIsReadIsDocumented(String schema, Class<?> type) {
    List<String> fields =
        Arrays.stream(type.getRecordComponents()).map(part -> snake(part.getName())).toList();
    assertThat(OpenApi.fields(document.schema(schema).path("properties"))).containsAll(fields);
  }

  @Test
  void everyFieldThatListsAndValuesAreInIsDocumented() {
    Map.of(
            "DAGRunCollectionResponse", "dag_runs",
            "TaskInstanceCollectionResponse", "task_instances",
            "ImportErrorCollectionResponse", "import_errors")
        .forEach(
            (schema, field) ->
                assertThat(OpenApi.fields(document.schema(schema).path("properties")))
                    .contains(field, "total_entries"));
    assertThat(OpenApi.fields(document.schema("TaskInstancesLogResponse").path("properties")))
        .contains("content");
    assertThat(OpenApi.fields(document.schema("XComResponseNative").path("properties")))
        .contains("value");
    assertThat(OpenApi.fields(document.schema("VersionInfo").path("properties")))
        .contains("version");
  }

  @Test
  void theStatesAreAirflows() {
    assertThat(document.values("DagRunState"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(RunState.values())
                .filter(state -> state != RunState.UNKNOWN)
                .map(RunState::text)
                .toList());
    assertThat(document.values("TaskInstanceState"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(TaskState.values())
                .filter(state -> state != TaskState.UNKNOWN && state != TaskState.NONE)
                .map(TaskState::text)
                .toList());
    assertThat(document.values("DAGRunPatchStates")).contains(RunState.FAILED.text());
  }

  @Test
  void theLoginIsDocumented() {
    JsonNode login = document.operation("POST", Tokens.PATH);
    assertThat(OpenApi.fields(document.bodySchema(login).path("properties")))
        .contains("username", "password");
    assertThat(OpenApi.fields(document.schema("LoginResponse").path("properties")))
        .contains("access_token");
  }

  private static String snake(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
