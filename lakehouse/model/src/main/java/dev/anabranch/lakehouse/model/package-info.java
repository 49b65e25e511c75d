/** The contract between who trains a model and who scores with it: its input, its files. */
package dev.anabranch.lakehouse.model;
