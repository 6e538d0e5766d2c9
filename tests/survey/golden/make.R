# Makes people.csv (a made-up sample) and numbers.csv (what R says of it). Run here: Rscript make.R
# The tests read the two files and need no R. Versions are the last rows of numbers.csv.
suppressMessages({library(survey); library(psych); library(mvtnorm)})
options(digits = 15, survey.lonely.psu = "fail")
set.seed(20261124)

n <- 360
h <- sort(rep(1:6, length.out = n))
c <- h * 100 + sample(1:7, n, replace = TRUE)
people <- data.frame(
  h = h, c = c, d = sample(c("barat", "selatan", "tengah", "timur", "utara"), n, TRUE, c(.3, .25, .2, .15, .1)),
  sex = sample(c("f", "m"), n, TRUE), age = sample(c("a", "b", "c"), n, TRUE))
likert <- function(shift) pmin(4, pmax(1, round(3.1 + shift + rnorm(n, 0, .75))))
unit <- (people$h - 3.5) / 8 + (people$c %% 7 - 3) / 12
people$u1 <- likert(unit); people$u2 <- likert(unit / 2 + .2); people$u3 <- likert(ifelse(people$d == "utara", -.5, 0))
people$u4 <- likert(.9); people$x <- round(rgamma(n, 2, .1) + 5 * people$h, 2)
people$w <- round(c(1.5, 2, 3, 1, 4, 2.5)[people$h] * exp(rnorm(n, 0, .25)), 3)
people$wh <- c(1.5, 2, 3, 1, 4, 2.5)[people$h]
people$Nc <- c(20, 9, 30, 15, 40, 12)[people$h]
people$Np <- c(100, 130, 200, 65, 260, 160)[people$h]
for (v in c("u1", "u2", "u3", "x")) people[[v]][sample(n, 25)] <- NA
people$u1[people$c == 101] <- NA
write.csv(people, "people.csv", row.names = FALSE, na = "")

rows <- list()
say <- function(key, value) rows[[length(rows) + 1]] <<- data.frame(key = paste0(key, if (length(value) > 1) paste0("[", seq_along(value) - 1, "]") else ""), value = as.numeric(value))
designs <- list(
  clusters = svydesign(~c, strata = ~h, weights = ~w, fpc = ~Nc, data = people),
  nofpc = svydesign(~c, strata = ~h, weights = ~w, data = people),
  people = svydesign(~1, strata = ~h, weights = ~wh, fpc = ~Np, data = people),
  weighted = svydesign(~1, weights = ~w, data = people))

for (name in names(designs)) {
  D <- designs[[name]]
  k <- function(...) paste(name, ..., sep = ".")
  full <- subset(D, !is.na(u1))
  b <- svyby(~u1, ~d, full, svymean, covmat = TRUE)
  say(k("mean.u1.d"), coef(b)); say(k("se.u1.d"), SE(b)); say(k("cov.u1.d"), as.vector(vcov(b)))
  free <- sapply(sort(unique(people$d)), function(one) degf(subset(full, d == one)))
  say(k("df.u1.d"), free)
  say(k("low.u1.d"), coef(b) - qt(.975, free) * SE(b))
  say(k("mean.x"), as.vector(svymean(~x, subset(D, !is.na(x))))); say(k("se.x"), SE(svymean(~x, subset(D, !is.na(x)))))
  say(k("total.x"), coef(svytotal(~x, D, na.rm = TRUE))); say(k("se.total.x"), SE(svytotal(~x, D, na.rm = TRUE)))
  both <- subset(D, !is.na(x) & !is.na(u2))
  r <- svyby(~x, by = ~sex, denominator = ~u2, both, svyratio)
  say(k("ratio.x.u2.sex"), coef(r)); say(k("se.ratio.x.u2.sex"), SE(r))
  joint <- svymean(~u1 + u2, subset(D, !is.na(u1) & !is.na(u2)))
  say(k("cov.u1.u2.complete"), as.vector(vcov(joint)))
  pair <- svycontrast(b, c(barat = 1, utara = -1)); say(k("barat-utara"), coef(pair)); say(k("se.barat-utara"), SE(pair))
  two <- degf(subset(full, d %in% c("barat", "utara")))
  say(k("p.barat-utara"), 2 * pt(-abs(coef(pair) / SE(pair)), two)); say(k("df.barat-utara"), two)
  mix <- svycontrast(b, c(barat = .2, selatan = .3, tengah = .5, timur = 0, utara = -1)); say(k("mix"), coef(mix)); say(k("se.mix"), SE(mix))
  # whole less domain: one linearisation of two ratios
  whole <- svyratio(~I(u1 * (d == "utara")) + I(u1), ~I((d == "utara") + 0) + I(u1 * 0 + 1), full, separate = FALSE, covmat = TRUE)
  say(k("whole.diff"), coef(whole)[1] - coef(whole)[4]); V <- vcov(whole); say(k("se.whole.diff"), sqrt(V[1, 1] + V[4, 4] - 2 * V[1, 4]))
  low <- subset(D, !is.na(u3))
  pr <- svyciprop(~I(u3 <= 2), low, method = "logit", df = degf(low)); say(k("prop.u3"), coef(pr)); say(k("prop.u3.ci"), attr(pr, "ci"))
  pb <- svyciprop(~I(u3 <= 1), low, method = "beta"); say(k("prop.rare"), coef(pb)); say(k("prop.rare.ci"), attr(pb, "ci"))
  q <- svyquantile(~x, subset(D, !is.na(x)), c(.25, .5, .9), qrule = "math", interval.type = "mean", df = degf(subset(D, !is.na(x))))
  say(k("quantile.x"), as.vector(t(q[[1]][, 1:3])))
  say(k("quantile.x.se"), q[[1]][, 4])
  ch <- svychisq(~u3 + sex, subset(D, !is.na(u3))); say(k("chisq.u3.sex"), c(ch$statistic, ch$parameter, ch$p.value))
  ch <- svychisq(~d + age, D); say(k("chisq.d.age"), c(ch$statistic, ch$parameter, ch$p.value))
  # rank tests: R's own steps on canonical mid-ranks (weight below, and half the weight of equals)
  ranked <- function(D, v, kind) {
    D <- D[!is.na(D$variables[[v]]), ]; y <- D$variables[[v]]; w <- weights(D, "sampling")
    t <- tapply(w, y, sum); mid <- (cumsum(t) - t / 2) / sum(t); s <- as.vector(mid[as.character(y)])
    D$variables$score <- switch(kind, wilcoxon = s, median = as.numeric(s > .5), vdw = qnorm(s)); D }
  R <- ranked(subset(D, d %in% c("barat", "utara")), "u3", "wilcoxon")
  m <- svyglm(score ~ d, R); say(k("wilcoxon.u3"), c(coef(m)[2] / SE(m)[2], degf(R) - 1, 2 * pt(-abs(coef(m)[2] / SE(m)[2]), degf(R) - 1)))
  for (kind in c("wilcoxon", "median", "vdw")) for (v in c("u3", "x")) {
    R <- ranked(D, v, kind); m <- svyglm(score ~ d, R); g <- length(coef(m)) - 1
    chi <- as.numeric(coef(m)[-1] %*% solve(vcov(m)[-1, -1], coef(m)[-1]))
    say(k("ranks", kind, v), c(chi, g, degf(R) - g, pf(chi / g, g, degf(R) - g, lower.tail = FALSE))) }
  # weights
  margins <- list(data.frame(sex = c("f", "m"), Freq = c(400, 460)), data.frame(age = c("a", "b", "c"), Freq = c(300, 320, 240)))
  cal <- calibrate(D, list(~sex, ~age), margins, calfun = "raking", epsilon = 1e-13, maxit = 200)
  say(k("rake.weights"), weights(cal)[c(1, 100, 200, 300)])
  cb <- svyby(~u4, ~d, cal, svymean); say(k("rake.mean.u4.d"), coef(cb)); say(k("rake.se.u4.d"), SE(cb))
  say(k("rake.total.u4"), c(coef(svytotal(~u4, cal)), SE(svytotal(~u4, cal))))
  ps <- postStratify(D, ~sex, margins[[1]]); pm <- svyby(~u4, ~d, ps, svymean)
  say(k("post.mean.u4.d"), coef(pm)); say(k("post.se.u4.d"), SE(pm)); say(k("post.total.u4"), SE(svytotal(~u4, ps)))
}
# R's own rank test, where weights do not differ among equals
E1 <- svydesign(~c, strata = ~h, fpc = ~Nc, weights = ~rep(2, n), data = people)
t2 <- svyranktest(u3 ~ d, subset(E1, !is.na(u3) & d %in% c("barat", "utara"))); say("equal.svyranktest.wilcoxon", c(t2$statistic, t2$parameter, t2$p.value))
t5 <- svyranktest(u3 ~ d, subset(E1, !is.na(u3)), test = "KruskalWallis"); say("equal.svyranktest.kw", c(t5$parameter, t5$ddf, t5$p.value))
# lonely PSUs
alone <- subset(people, h < 5 & (h > 1 | c == 103))
for (policy in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = policy)
  L <- svydesign(~c, strata = ~h, weights = ~w, data = alone)
  say(paste0("lonely.", policy), c(SE(svymean(~u4, L)), SE(svytotal(~u4, L)))) }
# scales
items <- na.omit(people[, c("u1", "u2", "u3", "u4")]); a <- psych::alpha(items)
say("alpha", c(a$total$raw_alpha, a$total$std.alpha)); say("alpha.item_rest", a$item.stats$r.drop); say("alpha.without", a$alpha.drop$raw_alpha)
# Fay-Herriot to the exact optimum: the likelihoods maximised by optimize to 1e-14
m <- 24; X <- cbind(1, rnorm(m)); D <- runif(m, .3, 1.5); y <- as.vector(X %*% c(1, 1.5)) + rnorm(m, 0, .8) + rnorm(m, 0, sqrt(D))
y <- round(y, 4); D <- round(D, 4); X <- round(X, 4)
ll <- function(v, reml) { w <- 1 / (v + D); A <- t(X) %*% (w * X); b <- solve(A, t(X) %*% (w * y)); r <- y - X %*% b
  sum(log(w)) / 2 - sum(w * r^2) / 2 - if (reml) as.numeric(determinant(A)$modulus) / 2 else 0 }
slope <- function(v, reml) { e <- 1e-5; (ll(v + e, reml) - ll(v - e, reml)) / (2 * e) }
score <- function(v, reml) { w <- 1 / (v + D); A <- solve(t(X) %*% (w * X)); b <- A %*% t(X) %*% (w * y); r <- y - X %*% b
  P <- if (reml) diag(w) - (w * X) %*% A %*% t(w * X) else diag(w); -sum(diag(P)) / 2 + sum((w * r)^2) / 2 }
say("fh.y", y); say("fh.d", D); say("fh.x", X[, 2])
for (reml in c(TRUE, FALSE)) { v <- uniroot(score, c(1e-6, 20), reml, tol = 1e-15)$root; w <- 1 / (v + D); b <- solve(t(X) %*% (w * X), t(X) %*% (w * y))
  name <- if (reml) "reml" else "ml"; say(paste0("fh.", name), c(v, b)); say(paste0("fh.eblup.", name), (v * w) * y + (1 - v * w) * as.vector(X %*% b)) }
# plain samples
say("kruskal", unlist(kruskal.test(x ~ d, people)[c("statistic", "parameter", "p.value")]))
say("welch", unlist(oneway.test(x ~ d, people)[c("statistic", "parameter", "p.value")]))
gh <- function(a, b) { a <- na.omit(people$x[people$d == a]); b <- na.omit(people$x[people$d == b]); va <- var(a) / length(a); vb <- var(b) / length(b)
  t <- (mean(a) - mean(b)) / sqrt(va + vb); f <- (va + vb)^2 / (va^2 / (length(a) - 1) + vb^2 / (length(b) - 1)); c(t, f, ptukey(abs(t) * sqrt(2), 5, f, lower.tail = FALSE)) }
say("games.barat-utara", gh("barat", "utara")); say("games.tengah-timur", gh("tengah", "timur"))
p <- c(.001, .012, .03, .04, .2, .9); for (how in c("holm", "hochberg", "bonferroni", "BH", "BY")) say(paste0("adjust.", tolower(how)), p.adjust(p, how))
# the largest of correlated t statistics: all pairs of the five districts' means, 9 df
V <- vcov(svyby(~u1, ~d, subset(designs$clusters, !is.na(u1)), svymean, covmat = TRUE)); pairs <- t(combn(5, 2))
A <- t(apply(pairs, 1, function(ab) { z <- numeric(5); z[ab] <- c(1, -1); z })); K <- cov2cor(A %*% V %*% t(A)); exact <- GenzBretz(maxpts = 2e5, abseps = 2e-5)
for (df in c(3, 9, 60)) say(paste0("mvt.", df), sapply(c(1.5, 2.5, 3.5), function(t) 1 - pmvt(rep(-t, 10), rep(t, 10), df = df, corr = K, algorithm = exact)))
# the Rao-Wu bootstrap; R's ignores the finite population
B <- as.svrepdesign(designs$nofpc, type = "subbootstrap", replicates = 1500)
say("subbootstrap.se.u1.d", SE(svyby(~u1, ~d, subset(B, !is.na(u1)), svymean))); say("subbootstrap.se.total.x", SE(svytotal(~x, B, na.rm = TRUE)))
v <- strsplit(as.character(c(getRversion(), packageVersion("survey"), packageVersion("psych"), packageVersion("mvtnorm"))), ".", fixed = TRUE)
out <- do.call(rbind, rows)
write.csv(data.frame(key = out$key, value = sprintf("%.17g", out$value)), "numbers.csv", row.names = FALSE, quote = FALSE)
cat(paste0("# R ", getRversion(), ", survey ", packageVersion("survey"), ", psych ", packageVersion("psych"), ", mvtnorm ", packageVersion("mvtnorm"), ", ", Sys.Date(), "\n"), file = "VERSIONS")
