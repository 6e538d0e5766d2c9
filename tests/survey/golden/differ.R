# R's side of tests/survey/differ.py: reads the samples of a folder and writes what the survey package says of each.
suppressMessages(library(survey))
# without it calibrate() fails, and the raked numbers would be left out as if R had none
if (!requireNamespace("MASS", quietly = TRUE)) stop("R needs its package MASS for raked numbers: install r-cran-mass")
folder <- commandArgs(TRUE)[1]
samples <- read.csv(file.path(folder, "samples.csv"), colClasses = c(psu = "character", population = "character"))
rows <- list()
for (place in seq_len(nrow(samples))) {
  one <- samples[place, ]
  people <- read.csv(file.path(folder, paste0(one$id, ".csv")))
  for (v in c("y1", "y2", "x")) people[[paste0(v, "_0")]] <- ifelse(is.na(people[[v]]), 0, people[[v]])
  options(survey.lonely.psu = if (one$lonely == "refuse") "fail" else one$lonely)
  D <- svydesign(if (one$psu == "c") ~c else ~1, strata = ~h, weights = ~w, fpc = if (one$population == "N") ~N, data = people)
  say <- function(key, value, label = seq_along(value) - 1)
    rows[[length(rows) + 1]] <<- data.frame(id = one$id, key = key, label = as.character(label), value = as.numeric(value))
  # what R cannot answer (a singular test) is left out and counted on the other side
  attempt <- function(expression) invisible(try(expression, silent = TRUE))
  answered <- function(...) D[rowSums(is.na(people[, c(...), drop = FALSE])) == 0, ]
  for (v in c("y1", "x")) {
    y <- reformulate(v); S <- answered(v)
    attempt({ b <- svyby(y, ~d, S, svymean, covmat = TRUE)
      say(paste("mean", v), coef(b), b$d); say(paste("se", v), SE(b), b$d)
      say(paste("covariance", v), as.vector(vcov(b)), as.vector(outer(b$d, b$d, paste)))
      say(paste("df", v), sapply(b$d, function(one) degf(subset(S, d == one))), b$d) })
    attempt({ b <- svyby(y, ~d + e, S, svymean); say(paste("cell", v), coef(b), paste(b$d, b$e)); say(paste("cell se", v), SE(b), paste(b$d, b$e)) })
    attempt({ b <- svyby(y, ~d, D, svytotal, na.rm = TRUE); say(paste("total", v), coef(b), b$d); say(paste("total se", v), SE(b), b$d) }) }
  attempt({ r <- svyby(~x, by = ~s, denominator = ~y2, answered("x", "y2"), svyratio); say("ratio", c(coef(r), SE(r))) })
  attempt({ S <- answered("x"); q <- svyquantile(~x, S, c(.25, .5, .75), qrule = "math", interval.type = "mean", df = degf(S))
    say("quantile", as.vector(t(q[[1]][, 1:3]))) })
  attempt(say("joint", as.vector(vcov(svymean(~y1 + y2 + x, answered("y1", "y2", "x"))))))
  attempt(say("joint by", as.vector(vcov(svyby(~y2 + x, ~s, answered("y2", "x"), svymean, covmat = TRUE)))))
  attempt({ t <- svychisq(~y2 + e, answered("y2")); say("chi-square", c(t$statistic, t$parameter, t$p.value)) })
  attempt({ r <- svyby(~x, by = ~d, denominator = ~y2, answered("x", "y2"), svyratio); say("ratio by", coef(r), r$d); say("ratio by se", SE(r), r$d) })
  S <- answered("y2")
  for (level in c("p", "q", "r")) {
    part <- S[S$variables$e == level, ]
    for (method in c("logit", "beta")) attempt({ r <- svyciprop(~I(y2 <= 2), part, method = method, df = degf(part))
      if (all(is.finite(confint(r)))) say(paste("share", method), c(coef(r), confint(r)), paste(level, 0:2)) })
    X <- answered("x"); X <- X[X$variables$e == level, ]
    attempt({ q <- svyquantile(~x, X, c(.25, .5, .75), qrule = "math", interval.type = "mean", df = degf(X))
      say("quantile by", as.vector(t(q[[1]][, 1:3])), paste(level, 0:8)) }) }
  attempt({ b <- svyby(~y2, ~e, S, svymean, covmat = TRUE)
    for (two in list(c("p", "q"), c("p", "r"), c("q", "r"))) {
      k <- svycontrast(b, list(c = setNames(c(1, -1), two))); df <- degf(subset(S, e %in% two))
      say("pair", c(coef(k), SE(k), df, 2 * pt(-abs(coef(k) / SE(k)), df)), paste(two[1], two[2], 0:3)) } })
  attempt(say("t-test", abs(svyttest(y2 ~ s, S)$statistic)))
  attempt({ t <- regTermTest(svyglm(y2 ~ e, S), ~e, method = "Wald"); say("wald", t$Ftest * t$df) })
  if (one$weights == "none") {
    attempt({ t <- svyranktest(x ~ e, answered("x"), test = "vanderWaerden"); if (is.finite(t$p.value)) say("van-der-waerden", c(t$parameter, t$ddf, t$p.value)) })
    attempt({ t <- svyranktest(x ~ d, answered("x"), test = "KruskalWallis"); if (is.finite(t$p.value) && length(t$ddf)) say("kruskal-wallis by", c(t$parameter, t$ddf, t$p.value)) })
    attempt({ t <- svyranktest(y2 ~ s, answered("y2")); say("wilcoxon", c(t$statistic, t$parameter, t$p.value)) })
    attempt({ t <- svyranktest(x ~ e, answered("x"), test = "KruskalWallis"); if (is.finite(t$p.value)) say("kruskal-wallis", c(t$parameter, t$ddf, t$p.value)) })
    attempt({ t <- svyranktest(x ~ e, answered("x"), test = "median"); if (is.finite(t$p.value)) say("median", c(t$parameter, t$ddf, t$p.value)) }) }
  margins <- list(data.frame(s = c("f", "m"), Freq = c(800, 700)), data.frame(e = c("p", "q", "r"), Freq = c(500, 600, 400)))
  attempt({ C <- calibrate(D, list(~s, ~e), margins, calfun = "raking", epsilon = 1e-13, maxit = 300)
    b <- svyby(~y2_0, ~e, subset(C, !is.na(y2)), svymean); say("raked", c(coef(b), SE(b))); t <- svytotal(~x_0, C); say("raked total", c(coef(t), SE(t)))
    # svychisq counts all rows of a calibrated subset, those of weight 0 too; degf counts the rows that answered
    K <- subset(C, !is.na(y2)); t <- svychisq(~y2 + e, K); ndf <- t$parameter[1]; ddf <- ndf * degf(K)
    say("chi-square raked", c(t$statistic, ndf, ddf, pf(t$statistic, ndf, ddf, lower.tail = FALSE)))
    r <- svyby(~x_0, by = ~d, denominator = ~y2_0, subset(C, !is.na(x) & !is.na(y2)), svyratio); say("raked ratio", coef(r), r$d); say("raked ratio se", SE(r), r$d) })
  attempt({ b <- svyby(~y2_0, ~s, subset(postStratify(D, ~e, margins[[2]]), !is.na(y2)), svymean); say("post-stratified", c(coef(b), SE(b))) })
}
write.csv(do.call(rbind, rows), file.path(folder, "r.csv"), row.names = FALSE)
