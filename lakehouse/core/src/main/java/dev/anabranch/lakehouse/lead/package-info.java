/** What a lead has done, and the features that models are trained on and score by. */
package dev.anabranch.lakehouse.lead;
