// Sets the chosen colours before the first paint, on pages whose <html> is not ours to write.

document.documentElement.dataset.theme =
  /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? "auto";
