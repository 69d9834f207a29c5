import { render } from 'preact';
import { App } from './app.tsx';
import { renderVisibleText } from './rendered-text.ts';
import './console.css';

renderVisibleText();

const root = document.getElementById('console');
if (root !== null) render(<App />, root);
