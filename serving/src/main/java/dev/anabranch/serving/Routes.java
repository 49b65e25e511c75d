package dev.anabranch.serving;

import static dev.anabranch.serving.http.Route.get;
import static dev.anabranch.serving.http.Route.post;

import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.serving.airflow.AirflowRuns;
import dev.anabranch.serving.http.Access;
import dev.anabranch.serving.http.ActivityRoutes;
import dev.anabranch.serving.http.AnomaliesRoutes;
import dev.anabranch.serving.http.BatchRunsRoutes;
import dev.anabranch.serving.http.ComparisonRoutes;
import dev.anabranch.serving.http.Cursors;
import dev.anabranch.serving.http.Health;
import dev.anabranch.serving.http.Index;
import dev.anabranch.serving.http.LeadsRoutes;
import dev.anabranch.serving.http.MaintenanceRoutes;
import dev.anabranch.serving.http.Metrics;
import dev.anabranch.serving.http.ModelsRoutes;
import dev.anabranch.serving.http.PipelinesRoutes;
import dev.anabranch.serving.http.QuarantineRoutes;
import dev.anabranch.serving.http.Route;
import dev.anabranch.serving.http.ScoresRoutes;
import dev.anabranch.serving.http.ScoringRoutes;
import dev.anabranch.serving.http.TrainingsRoutes;
import dev.anabranch.serving.state.LakeState;
import io.javalin.config.RoutesConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Every route of the API. */
public final class Routes {
  private Routes() {}

  /**
   * All routes, in the order in which the index lists them.
   *
   * @param reprocess asks for a new generation of Kappa, and answers its number
   * @param rule when a model may become the champion
   * @param airflow has batch runs begun, where the platform has one
   */
  public static List<Route> of(
      LakeState lake,
      Access access,
      Metrics metrics,
      LongSupplier reprocess,
      PromotionRule rule,
      Optional<AirflowRuns> airflow) {
    Cursors cursors = new Cursors();
    ActivityRoutes activity = new ActivityRoutes(lake, cursors);
    LeadsRoutes leads = new LeadsRoutes(lake, cursors);
    ComparisonRoutes comparison = new ComparisonRoutes(lake, cursors);
    PipelinesRoutes pipelines = new PipelinesRoutes(lake, access, reprocess);
    QuarantineRoutes quarantine = new QuarantineRoutes(lake, cursors);
    BatchRunsRoutes runs = new BatchRunsRoutes(lake, cursors, access, airflow);
    MaintenanceRoutes maintenance = new MaintenanceRoutes(lake, cursors, access);
    TrainingsRoutes trainings = new TrainingsRoutes(lake, cursors, access);
    ModelsRoutes models = new ModelsRoutes(lake, access, rule);
    AnomaliesRoutes anomalies = new AnomaliesRoutes(lake, cursors);
    ScoresRoutes scores = new ScoresRoutes(lake, cursors);
    ScoringRoutes scoring = new ScoringRoutes(lake);
    Health health = new Health(lake);
    List<Route> routes = new ArrayList<>();
    Index index = new Index(routes);
    routes.addAll(
        List.of(
            get("/v1/views/activity", "events, revenue and leads by window", activity::page),
            get("/v1/views/leads", "what each lead has done", leads::page),
            get("/v1/views/leads/{lead_id}", "what one lead has done", leads::one),
            get("/v1/views/scores/{lead_id}", "how likely one lead is to buy", scores::one),
            get("/v1/views/anomalies", "minutes and leads that are unusual", anomalies::page),
            get("/v1/views/hot-leads", "leads handed over to sales, newest first", scores::hot),
            get("/v1/comparison/activity", "lambda, kappa, batch and truth", comparison::activity),
            get("/v1/comparison/scores", "score drift, batch against speed", scores::comparison),
            get("/v1/pipelines", "where speed and kappa stand", pipelines::all),
            get("/v1/pipelines/{name}", "where one pipeline stands", pipelines::one),
            post("/v1/pipelines/kappa/reprocess", "a new generation", pipelines::reprocess),
            get("/v1/quarantine", "records that were refused, and why", quarantine::page),
            get("/v1/batch-runs", "batch runs, newest first", runs::page),
            get("/v1/batch-runs/{run_id}", "one batch run", runs::one),
            post("/v1/batch-runs", "ask for a batch run", runs::start),
            post("/v1/batch-runs/{run_id}/cancel", "cancel a batch run", runs::cancel),
            get("/v1/maintenance", "rounds of maintenance, newest first", maintenance::page),
            get("/v1/maintenance/{run_id}", "one round of maintenance", maintenance::one),
            post("/v1/maintenance", "ask for a round of maintenance", maintenance::start),
            post("/v1/maintenance/{run_id}/cancel", "cancel a round", maintenance::cancel),
            get("/v1/models", "trained models, the champion, every change", models::all),
            get("/v1/models/{version}", "one model with its card", models::one),
            post("/v1/models/{version}/promote", "make a model the champion", models::promote),
            post("/v1/models/rollback", "back to the champion before", models::rollBack),
            get("/v1/trainings", "trainings, newest first", trainings::page),
            get("/v1/trainings/{run_id}", "one training", trainings::one),
            post("/v1/trainings", "ask for a training", trainings::start),
            post("/v1/trainings/{run_id}/cancel", "cancel a training", trainings::cancel),
            get("/v1/scoring", "how live scoring does", scoring::one),
            get("/livez", "the process answers", health::live),
            get("/readyz", "every view answers", health::ready),
            get("/metrics", "figures for Prometheus", metrics::show),
            get("/openapi.json", "this API as an OpenAPI document", index::openApi),
            get("/", "this list", index::index)));
    return List.copyOf(routes);
  }

  /** Every route that answers GET answers HEAD alike, without the body. */
  public static void register(RoutesConfig config, List<Route> routes) {
    for (Route route : routes) {
      if (route.method().equals("POST")) {
        config.post(route.path(), route.handler());
      } else {
        config.get(route.path(), route.handler());
        config.head(route.path(), route.handler());
      }
    }
  }
}
