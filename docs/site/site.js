// Blocks of code scroll: the keyboard reaches them too.
document.querySelectorAll("pre > code").forEach((code) => { code.tabIndex = 0; });
