import th from 'messages:th/common,landing'
import { startPage } from '../page'
import Landing from './Landing.svelte'

void startPage(Landing, { th, en: () => import('messages:en/common,landing') })
