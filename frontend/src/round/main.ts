import th from 'messages:th/common,round,vote'
import { startPage } from '../page'
import RoundPage from './RoundPage.svelte'

void startPage(RoundPage, { th, en: () => import('messages:en/common,round,vote') })
