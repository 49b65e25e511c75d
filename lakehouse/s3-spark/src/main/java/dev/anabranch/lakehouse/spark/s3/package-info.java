/** Spark's streaming checkpoints on S3. */
package dev.anabranch.lakehouse.spark.s3;
