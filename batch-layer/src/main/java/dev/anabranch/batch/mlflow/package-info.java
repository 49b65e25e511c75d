/** A copy of the registry of models in MLflow, for who looks at trainings there. */
package dev.anabranch.batch.mlflow;
